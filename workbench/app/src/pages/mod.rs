//! Pages: each draws its view, and adds what the user asked for to the actions.

mod builds;
mod compare;
mod explore;
mod grants;
mod module;
mod targets;

use eframe::egui::{ScrollArea, Ui};
use wasmelt_workbench_model::{Action, PageView, View};

/// Draws the page that is shown.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    match &view.page {
        PageView::Module => scrolling(ui, |ui| module::show(ui, &view.module, actions)),
        PageView::Targets(targets) => scrolling(ui, |ui| targets::show(ui, targets, actions)),
        PageView::Grants(grants) => grants::show(ui, grants, actions),
        PageView::Compare(compare) => compare::show(ui, compare, actions),
        PageView::Explore(explore) => explore::show(ui, explore, actions),
    }
}

fn scrolling(ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, draw);
}
