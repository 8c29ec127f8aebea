//! The palette of commands, above everything.

use eframe::egui::{Align, Button, Id, Key, Modal, Modifiers, ScrollArea, TextEdit, Ui, vec2};
use wasmelt_workbench_model::{
    Action,
    shell::{self, EntryView, PaletteAction, PaletteView},
};

const WIDTH: f32 = 440.0;
const LIST_HEIGHT: f32 = 300.0;

pub(super) fn show(ui: &Ui, view: &PaletteView<'_>, actions: &mut Vec<Action>) {
    let mut asked = keys(ui);
    let response = Modal::new(Id::unique("palette")).show(ui.ctx(), |ui| {
        ui.set_width(WIDTH);
        let mut query = view.query.to_owned();
        let field = TextEdit::singleline(&mut query).hint_text("What to do").desired_width(f32::INFINITY);
        let response = ui.add(field);
        crate::widgets::name(&response, "Search commands");
        response.request_focus();
        if response.changed() {
            asked.push(PaletteAction::Edit(query));
        }
        ui.add_space(4.0);
        if view.entries.is_empty() {
            ui.weak("No command is called like that.");
        }
        ScrollArea::vertical().max_height(LIST_HEIGHT).show(ui, |ui| {
            for (at, entry) in view.entries.iter().enumerate() {
                if show_entry(ui, entry) {
                    asked.push(PaletteAction::Pick(at));
                }
            }
        });
    });
    if response.should_close() {
        asked.push(PaletteAction::Close);
    }
    actions.extend(asked.into_iter().map(|action| Action::Shell(shell::Action::Palette(action))));
}

/// The keys that move in the list; the field for the text does not see them.
fn keys(ui: &Ui) -> Vec<PaletteAction> {
    let keys = [
        (Key::ArrowDown, PaletteAction::Next),
        (Key::ArrowUp, PaletteAction::Previous),
        (Key::Enter, PaletteAction::Accept),
    ];
    ui.input_mut(|input| {
        keys.into_iter().filter(|(key, _)| input.consume_key(Modifiers::NONE, *key)).map(|(_, action)| action).collect()
    })
}

/// Whether it was clicked.
fn show_entry(ui: &mut Ui, entry: &EntryView) -> bool {
    let shortcut = entry.shortcut.as_deref().unwrap_or_default();
    let size = vec2(ui.available_width() - 14.0, 22.0);
    let button = Button::selectable(entry.selected, entry.title.as_str()).shortcut_text(shortcut).truncate();
    let response = ui.add(button.min_size(size));
    if entry.selected {
        response.scroll_to_me(Some(Align::Center));
    }
    response.clicked()
}
