//! Panels: each draws its part of the view, and adds what the user asked for to the actions.

mod builds;
mod module;
mod open;
mod targets;

use eframe::egui::{CentralPanel, Color32, Label, Panel, RichText, ScrollArea, Ui};
use wasmelt_workbench_model::{Action, View};

/// Draws the whole view; returns what the user asked for, in order.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    Panel::top("open").show(ui, |ui| open::show(ui, view, &mut actions));
    Panel::right("targets and builds").default_size(440.0).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            targets::show(ui, view, &mut actions);
            builds::show(ui, &view.builds);
        });
    });
    CentralPanel::default().show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| module::show(ui, &view.module));
    });
    actions
}

/// Diagnostics, as the command line would show them; the text can be selected and copied.
fn diagnostics(ui: &mut Ui, title: &str, text: &str) {
    ui.label(RichText::new(title).strong().color(error_color(ui)));
    ui.add(Label::new(RichText::new(text.trim_end()).monospace()).wrap());
}

fn error_color(ui: &Ui) -> Color32 {
    ui.visuals().error_fg_color
}
