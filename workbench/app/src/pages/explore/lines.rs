//! A column of lines. Only those that can be seen are laid out: functions have tens of thousands.

use eframe::egui::{
    Align2, Color32, Id, Rect, Response, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};
use wasmelt_workbench_model::pages::explore::{self, Line, Pane, Reveal, View};

use super::marks;

/// Width of the edge with signs, in points.
const EDGE: f32 = 16.0;

/// Draws `lines`, and tells which operator the pointer is at.
pub(super) fn show(
    ui: &mut Ui,
    view: &View<'_>,
    (pane, lines): (Pane, &[Line]),
    pointed: &mut Option<u32>,
    ask: &mut dyn FnMut(explore::Action),
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let (height, character) = cell(ui);
    let longest = lines.iter().map(|line| line.text.len()).max().unwrap_or(0);
    // Precision: lines are short.
    let width = EDGE + (place_width(pane) + longest as f32 + 2.0) * character;
    let mut area = ScrollArea::both().id_salt(pane).auto_shrink(false);
    let target =
        lines.iter().position(|line| line.offset.is_some() && line.offset == view.pinned.map(|pin| pin.offset));
    if let (Some(row), true) = (target, is_to_be_shown(ui, view.pinned, pane)) {
        // A third from the top, so that what is before it can be seen as well.
        area = area.vertical_scroll_offset((row as f32 * height - ui.available_height() / 3.0).max(0.0));
    }
    area.show_rows(ui, height, lines.len(), |ui, visible| {
        ui.set_min_width(width);
        for line in &lines[visible] {
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width().max(width), height), Sense::click());
            draw(ui, rect, (pane, line), line.offset.is_some() && line.offset == view.highlighted);
            interact(&response, (pane, line), pointed, ask);
        }
    });
}

/// Whether this click was not followed yet by this column, which is told once.
pub(super) fn is_to_be_shown(ui: &Ui, pinned: Option<Reveal>, pane: Pane) -> bool {
    let Some(pinned) = pinned else { return false };
    let followed = Id::unique(("followed click", pane));
    let before = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<u64>(followed), pinned.click));
    before < pinned.click && pinned.pane != pane
}

/// Height of a line and width of a character, in points.
pub(super) fn cell(ui: &Ui) -> (f32, f32) {
    let font = TextStyle::Monospace.resolve(ui.style());
    let width = ui.ctx().fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
    (ui.text_style_height(&TextStyle::Monospace), width)
}

/// Characters that the place of a line takes.
fn place_width(pane: Pane) -> f32 {
    if pane == Pane::Clif { 0.0 } else { 8.0 }
}

/// Draws `line` into `rect`: sign, place, text.
pub(super) fn draw(ui: &Ui, rect: Rect, (pane, line): (Pane, &Line), highlighted: bool) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if let Some(shade) = line.shade {
        painter.rect_filled(rect, 0.0, marks::background(ui, shade, highlighted));
    }
    let font = TextStyle::Monospace.resolve(ui.style());
    let (_, character) = cell(ui);
    let at = |characters: f32, text: &str, color: Color32| {
        let start = pos2(rect.left() + EDGE + characters * character, rect.center().y);
        painter.text(start, Align2::LEFT_CENTER, text, font.clone(), color);
    };
    let weak = ui.visuals().weak_text_color();
    let place = match pane {
        Pane::Text => line.offset,
        Pane::Code | Pane::Diff => line.address,
        Pane::Clif => None,
    };
    if let Some(place) = place {
        at(0.0, &format!("{place:6x}"), weak);
    }
    let color = if line.offset.is_some() { ui.visuals().text_color() } else { weak };
    at(place_width(pane), &line.text, color);
    if let Some(mark) = line.mark {
        marks::sign(ui, pos2(rect.left() + EDGE / 2.0, rect.center().y), mark);
    }
}

/// Lines that belong to an operator can be pointed at and clicked.
pub(super) fn interact(
    response: &Response,
    (pane, line): (Pane, &Line),
    pointed: &mut Option<u32>,
    ask: &mut dyn FnMut(explore::Action),
) {
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, line.text.trim()));
    let Some(offset) = line.offset else { return };
    if response.hovered() {
        *pointed = Some(offset);
    }
    if response.clicked() {
        ask(explore::Action::Pin { offset, pane });
    }
    if let Some(mark) = line.mark.filter(|_| response.hovered()) {
        response.clone().on_hover_text(marks::meaning(mark));
    }
}
