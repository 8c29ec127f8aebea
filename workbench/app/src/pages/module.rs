//! The module page.

use eframe::egui::{CollapsingHeader, Grid, Label, RichText, ScrollArea, Ui};
use wasmelt_workbench_model::{
    Action, bytes,
    pages::module::{Counts, Item, ModuleView, Summary, View},
};

use crate::widgets;

/// Height of a list before it scrolls, in points.
const LIST_HEIGHT: f32 = 260.0;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, _: &mut Vec<Action>) {
    match &view.module {
        ModuleView::Empty => empty(ui),
        ModuleView::Opening { name } => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label(format!("Opening {name}"));
            });
        }
        ModuleView::Failed { name, text } => widgets::diagnostics(ui, &format!("Cannot open {name}"), text),
        ModuleView::Open { summary } => summary_of(ui, summary),
    }
}

fn empty(ui: &mut Ui) {
    ui.heading("No module is open");
    ui.label("Drop a .wasm or .wat file here, type its path above, or start with a sample.");
}

fn summary_of(ui: &mut Ui, summary: &Summary) {
    ui.heading(&summary.name);
    ui.label(format!("{}, {}", summary.file, bytes(summary.size)));
    ui.add_space(8.0);
    counts(ui, &summary.counts);
    ui.add_space(8.0);
    ui.strong("Imports");
    if summary.imports.is_empty() {
        ui.label("none");
    }
    for (at, group) in summary.imports.iter().enumerate() {
        let title = format!("{} ({})", group.module, group.items.len());
        CollapsingHeader::new(title)
            .id_salt(("import group", at))
            .default_open(true)
            .show(ui, |ui| items(ui, ("imports", at), &group.items));
    }
    ui.add_space(8.0);
    ui.strong(format!("Exports ({})", summary.exports.len()));
    items(ui, ("exports", 0), &summary.exports);
}

fn counts(ui: &mut Ui, counts: &Counts) {
    let rows = [
        ("Functions", counts.defined_functions),
        ("Imported functions", counts.imported_functions),
        ("Memories", counts.memories),
        ("Tables", counts.tables),
        ("Globals", counts.globals),
    ];
    Grid::new("counts").num_columns(2).spacing([24.0, 4.0]).show(ui, |ui| {
        for (name, count) in rows {
            ui.label(name);
            ui.label(count.to_string());
            ui.end_row();
        }
    });
}

/// A list of which only the visible rows are laid out: modules have thousands of exports.
fn items(ui: &mut Ui, salt: (&str, usize), items: &[Item]) {
    let row_height = ui.text_style_height(&eframe::egui::TextStyle::Monospace);
    ScrollArea::vertical().id_salt(salt).max_height(LIST_HEIGHT).auto_shrink([false, true]).show_rows(
        ui,
        row_height,
        items.len(),
        |ui, visible| {
            for item in &items[visible] {
                let text = format!("{}  {} {}", item.name, item.kind, item.ty);
                ui.add(Label::new(RichText::new(text).monospace()).truncate());
            }
        },
    );
}
