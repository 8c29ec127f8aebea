//! What became of the module's functions.

mod build;
mod diff;
mod functions;
mod lines;
mod marks;

use eframe::egui::{Button, CentralPanel, Panel, RichText, ScrollArea, Ui};
use wasmelt_workbench_model::{
    Action, bytes,
    pages::explore::{self, Columns, ColumnsView, Contrast, Mode, Pane, SelectedView, Side, StatusView, View},
};

use crate::widgets;

/// Width below which a column is not legible, in points.
const LEAST_COLUMN: f32 = 215.0;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    match &view.status {
        StatusView::NoModule => {
            ui.heading("Explore");
            ui.label(
                "Open a module to see its functions: text, intermediate code and machine code beside one another.",
            );
        }
        StatusView::Reading => {
            ui.heading("Explore");
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("Reading the functions");
            });
        }
        StatusView::Failed { text } => widgets::diagnostics(ui, "The functions cannot be read", text),
        StatusView::Known => known(ui, view, actions),
    }
}

fn known(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let width = (ui.available_width() * 0.24).clamp(150.0, 300.0);
    Panel::left("functions").default_size(width).size_range(120.0..=480.0).show(ui, |ui| {
        functions::show(ui, view, actions);
    });
    CentralPanel::default().show(ui, |ui| match &view.selected {
        None => _ = ui.weak("No function is selected."),
        Some(selected) => function(ui, view, selected, actions),
    });
}

fn function(ui: &mut Ui, view: &View<'_>, selected: &SelectedView<'_>, actions: &mut Vec<Action>) {
    let mut ask = |action| actions.push(Action::Explore(action));
    title(ui, view, selected, &mut ask);
    if selected.function.size.is_none() {
        ui.label("This function is imported: it has no code in the module.");
        return;
    }
    ui.horizontal_wrapped(|ui| {
        build::choices(ui, Side::Left, &view.left, &mut ask);
        if view.mode == Mode::Diff {
            ui.separator();
            build::choices(ui, Side::Right, &view.right, &mut ask);
        }
    });
    if view.mode == Mode::Diff {
        ui.horizontal_wrapped(|ui| {
            ui.weak("Show what differs between");
            for contrast in Contrast::ALL {
                if ui.button(contrast.title()).clicked() {
                    ask(explore::Action::Contrast(contrast));
                }
            }
        });
    }
    ui.add_space(2.0);
    let mut pointed = None;
    match view.mode {
        Mode::Columns => columns(ui, view, &mut pointed, &mut ask),
        Mode::Diff => diff::show(ui, view, &mut pointed, &mut ask),
    }
    if pointed != view.pointed {
        ask(explore::Action::Point(pointed));
    }
}

fn title(ui: &mut Ui, view: &View<'_>, selected: &SelectedView<'_>, ask: &mut dyn FnMut(explore::Action)) {
    ui.horizontal_wrapped(|ui| {
        let back = ui.add_enabled(selected.can_go_back, Button::new("Back"));
        if back.clicked() {
            ask(explore::Action::Back);
        }
        for (mode, title) in [(Mode::Columns, "One build"), (Mode::Diff, "Two builds")] {
            if ui.selectable_label(view.mode == mode, title).clicked() {
                ask(explore::Action::Show(mode));
            }
        }
        ui.separator();
        ui.label(RichText::new(&selected.function.name).monospace().strong());
        let size = selected.function.size.map_or_else(String::new, |size| format!(", {} of Wasm", bytes(size as u64)));
        ui.weak(format!("function {}{size}", selected.function.index));
    });
}

/// One build in its three forms.
fn columns(ui: &mut Ui, view: &View<'_>, pointed: &mut Option<u32>, ask: &mut dyn FnMut(explore::Action)) {
    let columns = match &view.left.columns {
        ColumnsView::Ready { columns } => *columns,
        other => return build::pending(ui, other),
    };
    let width = (ui.available_width() / 3.0).max(LEAST_COLUMN);
    ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
        ui.set_min_width(3.0 * width);
        ui.columns(3, |uis| {
            let [text, clif, code] = uis else { return };
            for (ui, pane, heading) in [
                (text, Pane::Text, "WebAssembly".to_owned()),
                (clif, Pane::Clif, "CLIF, before optimisation".to_owned()),
                (code, Pane::Code, machine_code(columns)),
            ] {
                ui.strong(heading);
                ui.separator();
                match (&columns.problem, pane) {
                    (Some(problem), Pane::Clif) => {
                        ScrollArea::vertical().show(ui, |ui| build::problem(ui, problem));
                        continue;
                    }
                    (Some(_), Pane::Code) => continue,
                    _ => {}
                }
                let lines = match pane {
                    Pane::Text => &columns.text,
                    Pane::Clif => &columns.clif,
                    Pane::Code | Pane::Diff => &columns.code,
                };
                lines::show(ui, view, (pane, lines), pointed, ask);
            }
        });
    });
}

/// `Machine code, 412 B, 98 lines`
fn machine_code(columns: &Columns) -> String {
    format!("Machine code, {}, {} lines", bytes(columns.code_bytes as u64), columns.code.len())
}
