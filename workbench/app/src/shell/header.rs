//! The line at the top: opening a module.

use eframe::egui::{Align, Button, Key, Layout, TextEdit, Ui};
use wasmelt_workbench_model::{
    Action, View,
    pages::module::{self, Origin},
};

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ui.add_space(5.0);
    ui.horizontal(|ui| {
        ui.heading("Wasmelt");
        ui.add_space(8.0);
        let label = ui.label("Module:");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            menus(ui, view, actions);
            let browse = ui.add_enabled(!view.shell.dialog, Button::new("Browse…"));
            if browse.on_hover_text("Choose a file: Ctrl+O").clicked() {
                actions.push(Action::Module(module::Action::Browse));
            }
            let open = ui.button("Open").clicked();
            let mut path = view.module.path_field.to_owned();
            let field = TextEdit::singleline(&mut path).hint_text("path of a .wasm or .wat file, or drop one");
            let field = field.desired_width(ui.available_width());
            let response = ui.add(field).labelled_by(label.id);
            if response.changed() {
                actions.push(Action::Module(module::Action::EditPath(path)));
            }
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if open || entered {
                actions.push(Action::Module(module::Action::OpenPath));
            }
        });
    });
    if ui.input(|input| !input.raw.hovered_files.is_empty()) {
        ui.strong("Drop the file to open it.");
    }
    ui.add_space(5.0);
}

/// Samples and recent files, from right to left.
fn menus(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let mut open = |origin| actions.push(Action::Module(module::Action::Open(origin)));
    ui.menu_button("Recent", |ui| {
        if view.module.recent.is_empty() {
            ui.weak("No file was opened yet");
        }
        for path in view.module.recent {
            if ui.button(path.display().to_string()).clicked() {
                open(Origin::File(path.clone()));
            }
        }
    });
    ui.menu_button("Samples", |ui| {
        for sample in view.module.samples {
            if ui.button(sample.title).on_hover_text(sample.summary).clicked() {
                open(Origin::Sample(sample));
            }
        }
    });
}
