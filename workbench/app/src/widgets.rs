//! What several pages draw alike.

use eframe::egui::{Color32, CornerRadius, Frame, Label, Margin, Response, RichText, Ui};

/// Diagnostics, as the command line would show them; the text can be selected and copied.
pub(crate) fn diagnostics(ui: &mut Ui, title: &str, text: &str) {
    ui.label(RichText::new(title).strong().color(error_color(ui)));
    ui.add(Label::new(RichText::new(text.trim_end()).monospace()).wrap());
}

/// A sheet of lines, as wide as there is room.
pub(crate) fn sheet(ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
    let frame = Frame::new()
        .fill(ui.visuals().extreme_bg_color)
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::same(8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        draw(ui);
    });
}

/// Gives a control that draws no words, or a symbol, the name that a screen reader says and a test looks for.
pub(crate) fn name(response: &Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}

fn error_color(ui: &Ui) -> Color32 {
    ui.visuals().error_fg_color
}
