//! The policy as a text.

use eframe::egui::{
    CentralPanel, FontId, Frame, Id, Label, Margin, Panel, RichText, ScrollArea, TextEdit, TextStyle, Ui,
};
use wasmelt_workbench_model::pages::grants::{Action, TextView};

pub(super) fn show(ui: &mut Ui, view: &TextView<'_>, actions: &mut Vec<Action>) {
    let name = ui.horizontal(|ui| {
        let name = ui.strong("Policy as TOML");
        ui.add(Label::new(RichText::new("Cards and text are one policy: each follows the other.").weak()).truncate());
        name
    });
    ui.add_space(4.0);
    if !view.problems.is_empty() {
        // Below, so that the text does not move while somebody types.
        let frame = Frame::new().inner_margin(Margin::symmetric(0, 6));
        Panel::bottom("problems of the text").frame(frame).show(ui, |ui| problems(ui, view, actions));
    }
    CentralPanel::default().frame(Frame::NONE).show(ui, |ui| editor(ui, view.text, name.inner.id, actions));
}

fn problems(ui: &mut Ui, view: &TextView<'_>, actions: &mut Vec<Action>) {
    for problem in &view.problems {
        let text = format!("Line {}, column {}: {}", problem.line, problem.column, problem.message.trim_end());
        ui.add(Label::new(RichText::new(text).color(ui.visuals().error_fg_color)).wrap());
    }
    if ui.button("Discard these edits").clicked() {
        actions.push(Action::Revert);
    }
}

fn editor(ui: &mut Ui, text: &str, name: Id, actions: &mut Vec<Action>) {
    // A number of rows, which may be off by one.
    let rows = (ui.available_height() / ui.text_style_height(&TextStyle::Monospace)) as usize;
    ScrollArea::vertical().id_salt("policy text").auto_shrink(false).show(ui, |ui| {
        let mut text = text.to_owned();
        let edit = TextEdit::multiline(&mut text)
            // What comes and goes around it must not take the focus from it.
            .id(Id::unique("policy text"))
            .font(FontId::monospace(13.0))
            .hint_text("# nothing beyond the standard streams is granted")
            .desired_width(f32::INFINITY)
            .desired_rows(rows.saturating_sub(2).max(4))
            .lock_focus(true);
        if ui.add(edit).labelled_by(name).changed() {
            actions.push(Action::EditText(text));
        }
    });
}
