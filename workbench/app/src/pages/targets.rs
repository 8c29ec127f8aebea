//! The matrix of targets, the folder for executables, and the buttons that start and stop builds.

use eframe::egui::{Button, TextEdit, Ui};
use wasmelt_workbench_model::{
    Action,
    pages::targets::{self, PlatformView, View},
};

use super::builds;
use crate::widgets;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ui.heading("Targets");
    for platform in &view.platforms {
        platform_row(ui, platform, actions);
    }
    ui.add_space(8.0);
    output_folder(ui, view, actions);
    ui.horizontal(|ui| {
        if ui.add_enabled(view.can_build, Button::new("Build")).clicked() {
            actions.push(Action::Targets(targets::Action::Build));
        }
        if ui.add_enabled(view.can_cancel, Button::new("Cancel")).clicked() {
            actions.push(Action::Targets(targets::Action::Cancel));
        }
    });
    builds::show(ui, &view.builds);
}

fn platform_row(ui: &mut Ui, platform: &PlatformView<'_>, actions: &mut Vec<Action>) {
    ui.strong(platform.name);
    ui.add_enabled_ui(platform.unavailable.is_none(), |ui| {
        ui.horizontal_wrapped(|ui| {
            for cell in &platform.cells {
                let mut ticked = cell.ticked;
                let default = if cell.baseline { " (default)" } else { "" };
                let checkbox = ui.checkbox(&mut ticked, format!("{}{default}", cell.level)).on_hover_text(cell.summary);
                if checkbox.changed() {
                    actions.push(Action::Targets(targets::Action::Tick { cell: cell.cell, ticked }));
                }
            }
        });
    });
    if let Some(reason) = platform.unavailable {
        widgets::diagnostics(ui, "Not available", reason);
    }
}

fn output_folder(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let label = ui.label("Folder for executables:");
        let mut text = view.output_folder.display().to_string();
        let field = ui.add(TextEdit::singleline(&mut text).desired_width(f32::INFINITY)).labelled_by(label.id);
        if field.changed() {
            actions.push(Action::Targets(targets::Action::EditOutputFolder(text)));
        }
    });
}
