//! The list of functions, and the neighbours of the selected one in the call graph.

use eframe::egui::{Align2, Color32, Rect, Role, ScrollArea, Sense, TextEdit, TextStyle, Ui, WidgetInfo, vec2};
use wasmelt_workbench_model::{
    Action, bytes,
    pages::explore::{self, Function, Order, View},
};

/// The part of the height that neighbours take.
const NEIGHBOURS: f32 = 0.38;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let mut ask = |action| actions.push(Action::Explore(action));
    search(ui, view, &mut ask);
    let height = ui.available_height();
    let neighbours = if view.selected.is_some() { (height * NEIGHBOURS).max(110.0) } else { 0.0 };
    ScrollArea::vertical().id_salt("functions").auto_shrink(false).max_height(height - neighbours).show_rows(
        ui,
        row_height(ui),
        view.matches.len(),
        |ui, visible| {
            for &index in &view.matches[visible] {
                row(ui, view, ("", index), &mut ask);
            }
        },
    );
    let Some(selected) = &view.selected else { return };
    ui.separator();
    let half = (ui.available_height() - 2.0 * row_height(ui)) / 2.0;
    for (title, prefix, functions) in
        [("Callers", "caller ", &selected.callers), ("Calls", "calls ", &selected.callees)]
    {
        ui.strong(format!("{title} ({})", functions.len()));
        let area = ScrollArea::vertical().id_salt(title).auto_shrink([false, true]).max_height(half.max(30.0));
        area.show_rows(ui, row_height(ui), functions.len(), |ui, visible| {
            for &index in &functions[visible] {
                row(ui, view, (prefix, index), &mut ask);
            }
        });
    }
}

fn search(ui: &mut Ui, view: &View<'_>, ask: &mut dyn FnMut(explore::Action)) {
    let mut text = view.search.to_owned();
    let field = TextEdit::singleline(&mut text).hint_text("Search functions").desired_width(f32::INFINITY);
    let response = ui.add(field);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search functions"));
    if response.changed() {
        ask(explore::Action::Search(text));
    }
    ui.horizontal_wrapped(|ui| {
        for (order, title) in [(Order::Index, "Index"), (Order::Name, "Name"), (Order::Size, "Size")] {
            if ui.selectable_label(view.order == order, title).clicked() {
                ask(explore::Action::Sort(order));
            }
        }
        ui.weak(match view.matches.len() == view.functions.len() {
            true => format!("{} functions", view.functions.len()),
            false => format!("{} of {}", view.matches.len(), view.functions.len()),
        });
    });
}

fn row_height(ui: &Ui) -> f32 {
    ui.text_style_height(&TextStyle::Monospace)
}

/// A function that can be clicked; its accessible name begins with `prefix`.
fn row(ui: &mut Ui, view: &View<'_>, (prefix, index): (&str, u32), ask: &mut dyn FnMut(explore::Action)) {
    let Some(function) = view.functions.get(index as usize) else { return };
    let is_selected = view.selected.as_ref().is_some_and(|selected| selected.function.index == index);
    let (area, response) = ui.allocate_exact_size(vec2(ui.available_width(), row_height(ui)), Sense::click());
    let name = format!("{prefix}{}", function.name);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected, &name));
    if response.clicked() {
        ask(explore::Action::Select(index));
    }
    let visuals = ui.style().interact_selectable(&response, is_selected);
    if is_selected || response.hovered() {
        ui.painter().rect_filled(area, 2.0, visuals.weak_bg_fill);
    }
    paint(ui, area, function, visuals.text_color());
    let size = function.size.map_or_else(|| "imported".to_owned(), |size| bytes(size as u64));
    response.on_hover_text(format!("{}\nfunction {index}, {size}", function.name));
}

/// The name at the left, as far as there is room, and the size at the right.
fn paint(ui: &Ui, area: Rect, function: &Function, color: Color32) {
    let font = TextStyle::Monospace.resolve(ui.style());
    let weak = ui.visuals().weak_text_color();
    let size = function.size.map_or_else(|| "import".to_owned(), |size| bytes(size as u64));
    let right = ui.painter().text(
        area.right_center() - vec2(4.0, 0.0),
        Align2::RIGHT_CENTER,
        size,
        TextStyle::Small.resolve(ui.style()),
        weak,
    );
    let mut clip = area;
    clip.set_right(right.left() - 4.0);
    let color = if function.size.is_none() { weak } else { color };
    let painter = ui.painter().with_clip_rect(clip.intersect(ui.clip_rect()));
    painter.text(area.left_center() + vec2(4.0, 0.0), Align2::LEFT_CENTER, &function.name, font, color);
}
