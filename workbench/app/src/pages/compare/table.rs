//! The figures, a row for each candidate.

use eframe::egui::{Align, Grid, Layout, RichText, ScrollArea, Sense, Ui, Vec2};
use wasmelt_workbench_model::pages::compare::RowView;

use super::plots::color;

const HEADINGS: [&str; 8] = ["", "samples", "min", "median", "p99", "× floor", "95 %", "× wasmelt"];

pub(super) fn show(ui: &mut Ui, rows: &[RowView<'_>]) {
    ScrollArea::horizontal().show(ui, |ui| {
        Grid::new("figures").striped(true).spacing([18.0, 4.0]).show(ui, |ui| {
            for (column, heading) in HEADINGS.into_iter().enumerate() {
                cell(ui, column, RichText::new(heading).strong());
            }
            ui.end_row();
            for (at, row) in rows.iter().enumerate() {
                name(ui, at, row);
                let samples = row.samples.to_string();
                let figures =
                    [&samples, &row.minimum, &row.median, &row.p99, &row.to_floor, &row.interval, &row.to_ours];
                for (column, figure) in figures.into_iter().enumerate() {
                    let figure = if figure.is_empty() { "–" } else { figure };
                    cell(ui, column + 1, RichText::new(figure).monospace());
                }
                ui.end_row();
            }
        });
    });
}

fn name(ui: &mut Ui, at: usize, row: &RowView<'_>) {
    ui.horizontal(|ui| {
        let (area, _) = ui.allocate_exact_size(Vec2::splat(10.0), Sense::hover());
        ui.painter().circle_filled(area.center(), 4.5, color(ui, at, row));
        let text = RichText::new(row.name);
        ui.label(if row.ours { text.strong() } else { text });
    });
}

/// Numbers stand at the right, so that their digits do.
fn cell(ui: &mut Ui, column: usize, text: RichText) {
    match column {
        0 => _ = ui.label(text),
        _ => _ = ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text)),
    }
}
