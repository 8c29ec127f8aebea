//! What a module asks for, and what it offers.

use eframe::egui::{CollapsingHeader, Label, RichText, ScrollArea, TextStyle, Ui};
use wasmelt_workbench_model::pages::module::{ImportGroup, Item};

/// Height of a list before it scrolls, in points.
const LIST_HEIGHT: f32 = 220.0;

pub(super) fn show(ui: &mut Ui, groups: &[ImportGroup]) {
    ui.strong("What it asks for");
    if groups.is_empty() {
        ui.label("Nothing: it has no imports.");
    }
    for (at, group) in groups.iter().enumerate() {
        let title = format!("{} ({})", group.title, group.items.len());
        CollapsingHeader::new(title).id_salt(("imports", at)).show(ui, |ui| {
            ui.weak(&group.given_by);
            items(ui, ("imports", at), &group.items);
        });
    }
}

pub(super) fn exports(ui: &mut Ui, exports: &[Item]) {
    ui.strong(format!("Exports ({})", exports.len()));
    items(ui, ("exports", 0), exports);
}

/// A list of which only the visible rows are laid out: modules have thousands of exports.
fn items(ui: &mut Ui, salt: (&str, usize), items: &[Item]) {
    let row_height = ui.text_style_height(&TextStyle::Monospace);
    let area = ScrollArea::vertical().id_salt(salt).max_height(LIST_HEIGHT).auto_shrink([false, true]);
    area.show_rows(ui, row_height, items.len(), |ui, visible| {
        for item in &items[visible] {
            let text = format!("{}  {} {}", item.name, item.kind, item.ty);
            ui.add(Label::new(RichText::new(text).monospace()).truncate());
        }
    });
}
