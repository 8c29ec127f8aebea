//! The policy as a text.

use eframe::egui::{FontId, Label, RichText, ScrollArea, TextEdit, TextStyle, Ui};
use wasmelt_workbench_model::pages::grants::{Action, TextView};

pub(super) fn show(ui: &mut Ui, view: &TextView<'_>, actions: &mut Vec<Action>) {
    let name = ui.horizontal_wrapped(|ui| {
        let name = ui.strong("Policy as TOML");
        ui.weak("Cards and text are one policy: each follows the other.");
        name
    });
    let name = name.inner;
    for problem in &view.problems {
        let text = format!("Line {}, column {}: {}", problem.line, problem.column, problem.message.trim_end());
        ui.add(Label::new(RichText::new(text).color(ui.visuals().error_fg_color)).wrap());
    }
    if !view.problems.is_empty() && ui.button("Discard these edits").clicked() {
        actions.push(Action::Revert);
    }
    ui.add_space(4.0);
    let rows = ui.available_height() / ui.text_style_height(&TextStyle::Monospace);
    ScrollArea::vertical().id_salt("policy text").auto_shrink(false).show(ui, |ui| {
        let mut text = view.text.to_owned();
        let edit = TextEdit::multiline(&mut text)
            .font(FontId::monospace(13.0))
            .hint_text("# nothing beyond the standard streams is granted")
            .desired_width(f32::INFINITY)
            // A number of rows, which may be off by one.
            .desired_rows((rows as usize).saturating_sub(2).max(4))
            .lock_focus(true);
        if ui.add(edit).labelled_by(name.id).changed() {
            actions.push(Action::EditText(text));
        }
    });
}
