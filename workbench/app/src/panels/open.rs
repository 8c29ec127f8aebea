//! The top panel: how a module is opened.

use eframe::egui::{Key, TextEdit, Ui};
use wasmelt_workbench_model::{Action, Origin, View};

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.heading("Wasmelt");
        ui.separator();
        path_field(ui, view, actions);
        for sample in view.samples {
            let button = ui.button(format!("Sample: {}", sample.title)).on_hover_text(sample.summary);
            if button.clicked() {
                actions.push(Action::Open(Origin::Sample(sample)));
            }
        }
    });
    if ui.input(|input| !input.raw.hovered_files.is_empty()) {
        ui.strong("Drop the file to open it.");
    }
    ui.add_space(4.0);
}

fn path_field(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let label = ui.label("Module:");
    let mut text = view.path_field.to_owned();
    let field = TextEdit::singleline(&mut text).hint_text("path of a .wasm or .wat file").desired_width(320.0);
    let response = ui.add(field).labelled_by(label.id);
    if response.changed() {
        actions.push(Action::EditPath(text));
    }
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if ui.button("Open").clicked() || entered {
        actions.push(Action::OpenPath);
    }
}
