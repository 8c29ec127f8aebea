//! What several pages draw alike.

use eframe::egui::{Color32, Label, RichText, Ui};

/// Diagnostics, as the command line would show them; the text can be selected and copied.
pub(crate) fn diagnostics(ui: &mut Ui, title: &str, text: &str) {
    ui.label(RichText::new(title).strong().color(error_color(ui)));
    ui.add(Label::new(RichText::new(text.trim_end()).monospace()).wrap());
}

fn error_color(ui: &Ui) -> Color32 {
    ui.visuals().error_fg_color
}
