//! The matrices of targets, the folder for executables, and the buttons that start and stop builds.

use eframe::egui::{Button, Checkbox, Grid, RichText, TextEdit, Ui};
use wasmelt_workbench_model::{
    Action, Page,
    pages::targets::{self, ColumnNames, PlatformView, RowView, View},
};

use super::builds;
use crate::widgets;

/// Width from which two matrices stand side by side, in points.
const SIDE_BY_SIDE: f32 = 920.0;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ui.heading("Targets");
    if !view.is_open {
        ui.horizontal(|ui| {
            ui.label("There is no module to build yet.");
            if ui.button("Choose a module").clicked() {
                actions.push(Action::Show(Page::Module));
            }
        });
    }
    ui.weak(
        "Each ticked cell becomes an executable: a CPU level, how memory accesses are kept inside, what is optimised.",
    );
    ui.add_space(8.0);
    matrices(ui, view, actions);
    output_folder(ui, view, actions);
    ui.add_space(4.0);
    buttons(ui, view, actions);
    builds::show(ui, &view.builds, actions);
}

fn buttons(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let mut button = |ui: &mut Ui, enabled, text: &str, action| {
        let response = ui.add_enabled(enabled, Button::new(text));
        if response.clicked() {
            actions.push(Action::Targets(action));
        }
        response
    };
    ui.horizontal(|ui| {
        button(ui, view.can_build, "Build", targets::Action::Build).on_hover_text("Ctrl+B");
        button(ui, view.can_cancel, "Cancel", targets::Action::Cancel);
        button(ui, view.ticked > 0, "Clear", targets::Action::Clear);
        ui.weak(format!("{} ticked", view.ticked));
    });
}

/// Side by side where there is room, so that the builds below are in sight.
fn matrices(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    if ui.available_width() >= SIDE_BY_SIDE {
        ui.columns(view.platforms.len().max(1), |columns| {
            for (ui, platform) in columns.iter_mut().zip(&view.platforms) {
                matrix(ui, platform, &view.columns, actions);
            }
        });
    } else {
        for platform in &view.platforms {
            matrix(ui, platform, &view.columns, actions);
            ui.add_space(10.0);
        }
    }
    ui.add_space(10.0);
}

fn matrix(ui: &mut Ui, platform: &PlatformView<'_>, columns: &[ColumnNames], actions: &mut Vec<Action>) {
    ui.strong(platform.name);
    if let Some(reason) = platform.unavailable {
        widgets::diagnostics(ui, "Not available", reason);
    }
    ui.add_enabled_ui(platform.unavailable.is_none(), |ui| {
        Grid::new(platform.name).spacing([5.0, 3.0]).min_col_width(30.0).show(ui, |ui| {
            head(ui, columns);
            for row in &platform.rows {
                show_row(ui, row, actions);
            }
        });
    });
}

/// Two lines: the bounds strategy above the first of its columns, then each column's optimisation.
fn head(ui: &mut Ui, columns: &[ColumnNames]) {
    ui.weak("bounds");
    let mut before = "";
    for column in columns {
        let text = if column.bounds == before { "" } else { column.bounds };
        ui.label(RichText::new(text).small().strong());
        before = column.bounds;
    }
    ui.end_row();
    ui.weak("optimise");
    for column in columns {
        ui.label(RichText::new(column.optimization).small());
    }
    ui.end_row();
}

fn show_row(ui: &mut Ui, row: &RowView, actions: &mut Vec<Action>) {
    let default = if row.baseline { " (default)" } else { "" };
    ui.label(format!("{}{default}", row.level)).on_hover_text(row.summary);
    for cell in &row.cells {
        let mut ticked = cell.ticked;
        let response = ui.add(Checkbox::without_text(&mut ticked)).on_hover_text(&cell.name);
        widgets::name(&response, &cell.name);
        if response.changed() {
            actions.push(Action::Targets(targets::Action::Tick { cell: cell.cell, ticked }));
        }
    }
    ui.end_row();
}

fn output_folder(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let label = ui.label("Folder for executables:");
        let mut text = view.output_folder.display().to_string();
        let width = (ui.available_width() - 90.0).max(80.0);
        let field = ui.add(TextEdit::singleline(&mut text).desired_width(width)).labelled_by(label.id);
        if field.changed() {
            actions.push(Action::Targets(targets::Action::EditOutputFolder(text)));
        }
        if ui.button("Choose…").clicked() {
            actions.push(Action::Targets(targets::Action::BrowseOutputFolder));
        }
    });
}
