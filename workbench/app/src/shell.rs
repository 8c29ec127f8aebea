//! What surrounds the pages: how a module is opened, and the way from page to page.

use eframe::egui::{CentralPanel, Key, Panel, TextEdit, Ui};
use wasmelt_workbench_model::{
    Action, Page, View,
    pages::module::{self, Origin},
};

use crate::pages;

/// Draws the whole view; returns what the user asked for, in order.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    Panel::top("open").show(ui, |ui| header(ui, view, &mut actions));
    Panel::left("pages").resizable(false).show(ui, |ui| navigation(ui, view.page.page(), &mut actions));
    CentralPanel::default().show(ui, |ui| pages::show(ui, view, &mut actions));
    actions
}

fn navigation(ui: &mut Ui, current: Page, actions: &mut Vec<Action>) {
    ui.add_space(4.0);
    for page in Page::ALL {
        if ui.selectable_label(page == current, page.title()).clicked() {
            actions.push(Action::Show(page));
        }
    }
}

fn header(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.heading("Wasmelt");
        ui.separator();
        path_field(ui, view.module.path_field, actions);
        for sample in view.module.samples {
            let button = ui.button(format!("Sample: {}", sample.title)).on_hover_text(sample.summary);
            if button.clicked() {
                actions.push(Action::Module(module::Action::Open(Origin::Sample(sample))));
            }
        }
    });
    if ui.input(|input| !input.raw.hovered_files.is_empty()) {
        ui.strong("Drop the file to open it.");
    }
    ui.add_space(4.0);
}

fn path_field(ui: &mut Ui, path: &str, actions: &mut Vec<Action>) {
    let label = ui.label("Module:");
    let mut text = path.to_owned();
    let field = TextEdit::singleline(&mut text).hint_text("path of a .wasm or .wat file").desired_width(320.0);
    let response = ui.add(field).labelled_by(label.id);
    if response.changed() {
        actions.push(Action::Module(module::Action::EditPath(text)));
    }
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if ui.button("Open").clicked() || entered {
        actions.push(Action::Module(module::Action::OpenPath));
    }
}
