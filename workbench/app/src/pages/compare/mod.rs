//! How fast the module starts, beside other ways to run it.

mod controls;
mod export;
mod plots;
mod table;

use eframe::egui::{Rect, ScrollArea, Ui};
use wasmelt_workbench_model::{
    Action,
    pages::compare::{self, Plot, RunView, View},
};

use crate::widgets;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.heading("Compare");
        if view.run == RunView::NoModule {
            ui.label("Open a module to measure how fast it starts, beside the engines and containers of this machine.");
            return;
        }
        controls::show(ui, view, actions);
        ui.add_space(6.0);
        outcome(ui, &view.run);
        if view.rows.iter().any(|row| row.shape.is_some()) {
            let plot = plot(ui, view, actions);
            ui.add_space(6.0);
            table::show(ui, &view.rows);
            ui.add_space(6.0);
            missing(ui, view);
            if let RunView::Done { facts, .. } = &view.run {
                export::show(ui, view, plot, actions);
                ui.add_space(6.0);
                facts.iter().for_each(|fact| _ = ui.weak(fact));
            }
        }
    });
}

/// What there is to say of the run, beside its figures.
fn outcome(ui: &mut Ui, run: &RunView<'_>) {
    match run {
        RunView::NoModule | RunView::Running { .. } => {}
        RunView::Idle => {
            ui.label(
                "Start builds the module with and without its sandbox, looks for engines and containers on this machine, and \
                 measures all of them in turn, from spawn to exit. Samples appear as they are taken.",
            );
        }
        RunView::Failed { text } => widgets::diagnostics(ui, "Not measured", text),
        RunView::Done { warnings, .. } => {
            for warning in *warnings {
                ui.colored_label(ui.visuals().warn_fg_color, format!("Warning: {warning}"));
            }
        }
    }
}

/// Where the plot is.
fn plot(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) -> Rect {
    ui.horizontal(|ui| {
        for (plot, title) in [(Plot::Boxes, "Box plots"), (Plot::Cumulative, "Cumulative")] {
            if ui.selectable_label(view.plot == plot, title).clicked() {
                actions.push(Action::Compare(compare::Action::Show(plot)));
            }
        }
        ui.weak("Time from spawn to exit, on a logarithmic axis.");
    });
    match view.plot {
        Plot::Boxes => plots::boxes(ui, view),
        Plot::Cumulative => plots::cumulative(ui, view),
    }
}

fn missing(ui: &mut Ui, view: &View<'_>) {
    if view.missing.is_empty() {
        return;
    }
    let names: Vec<_> = view.missing.iter().map(|rival| format!("{} ({})", rival.name, rival.reason)).collect();
    ui.horizontal_wrapped(|ui| {
        ui.strong("Not measured:");
        ui.label(names.join(", "));
    });
}
