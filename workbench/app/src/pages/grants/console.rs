//! What the program has read and written.

use eframe::egui::{Color32, Label, RichText, ScrollArea, TextStyle, Ui};
use wasmelt_workbench_model::{
    bytes,
    pages::grants::{ConsoleView, Line, Stream},
};

use crate::widgets;

/// Of many lines only the visible ones are laid out.
pub(super) fn show(ui: &mut Ui, console: &ConsoleView<'_>) {
    widgets::sheet(ui, |ui| {
        if console.lost > 0 {
            ui.weak(format!("{} came before this and are not kept", bytes(console.lost)));
        }
        if console.lines.is_empty() {
            ui.weak("What the module prints appears here.");
        }
        let height = ui.text_style_height(&TextStyle::Monospace);
        let area = ScrollArea::both().id_salt("console").auto_shrink(false).stick_to_bottom(true);
        area.show_rows(ui, height, console.lines.len(), |ui, visible| {
            for line in console.lines.range(visible) {
                let text = RichText::new(&line.text).monospace().color(color(ui, line));
                ui.add(Label::new(text).extend());
            }
        });
    });
}

fn color(ui: &Ui, line: &Line) -> Color32 {
    match line.stream {
        Stream::Input => ui.visuals().hyperlink_color,
        Stream::Output => ui.visuals().text_color(),
        Stream::Error => ui.visuals().warn_fg_color,
    }
}
