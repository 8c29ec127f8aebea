//! The module page: samples and recent files while nothing is open, else what the module is.

mod facts;
mod gallery;
mod imports;
mod treemap;

use eframe::egui::Ui;
use wasmelt_workbench_model::{
    Action, bytes,
    pages::module::{ModuleView, Summary, View},
};

use crate::widgets;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    match &view.module {
        ModuleView::Empty => gallery::show(ui, view, actions),
        ModuleView::Opening { name } => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label(format!("Opening {name}"));
            });
        }
        ModuleView::Failed { name, text } => {
            widgets::diagnostics(ui, &format!("Cannot open {name}"), text);
            ui.add_space(16.0);
            gallery::show(ui, view, actions);
        }
        ModuleView::Open { summary } => show_summary(ui, summary, actions),
    }
}

fn show_summary(ui: &mut Ui, summary: &Summary, actions: &mut Vec<Action>) {
    ui.heading(&summary.name);
    ui.label(format!("{}, {}", summary.file, bytes(summary.size)));
    ui.weak(summary.kind);
    ui.add_space(12.0);
    facts::show(ui, summary);
    ui.add_space(12.0);
    imports::show(ui, &summary.imports);
    ui.add_space(12.0);
    treemap::show(ui, &summary.functions, actions);
    ui.add_space(12.0);
    imports::exports(ui, &summary.exports);
}
