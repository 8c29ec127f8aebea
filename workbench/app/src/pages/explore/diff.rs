//! Two builds beside one another, aligned by the operators that they come from.

use eframe::egui::{Align2, Color32, Rect, ScrollArea, Sense, TextStyle, Ui, pos2, vec2};
use wasmelt_workbench_model::{
    bytes,
    pages::explore::{self, Columns, ColumnsView, DiffRow, DiffView, Line, Pane, View},
};

use super::{build, lines, marks};

/// Space between both builds, in points.
const GAP: f32 = 8.0;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, pointed: &mut Option<u32>, ask: &mut dyn FnMut(explore::Action)) {
    let (left, right) = match (&view.left.columns, &view.right.columns) {
        (ColumnsView::Ready { columns: left }, ColumnsView::Ready { columns: right }) => (*left, *right),
        (ColumnsView::Ready { .. }, pending) | (pending, _) => return build::pending(ui, pending),
    };
    if let Some(problem) = left.problem.as_ref().or(right.problem.as_ref()) {
        ScrollArea::vertical().show(ui, |ui| build::problem(ui, problem));
        return;
    }
    let DiffView::Ready { diff, same_architecture } = &view.diff else {
        return build::pending(ui, &ColumnsView::Waiting);
    };
    ui.columns(2, |uis| {
        for (ui, columns, choices) in [(0, left, &view.left), (1, right, &view.right)] {
            let chosen = choices.choices.iter().filter_map(|choice| choice.options.get(choice.chosen));
            let build = chosen.map(String::as_str).collect::<Vec<_>>().join(", ");
            uis[ui].strong(format!("{build}: {}", size(columns)));
        }
    });
    ui.separator();
    ui.spacing_mut().item_spacing.y = 0.0;
    let (height, _) = lines::cell(ui);
    let mut area = ScrollArea::vertical().id_salt("diff").auto_shrink(false);
    let pinned = view.pinned.map(|pin| pin.offset);
    let is_pinned =
        |row: &DiffRow| matches!(row, DiffRow::Operator { offset: Some(offset), .. } if Some(*offset) == pinned);
    let target = diff.rows.iter().position(is_pinned);
    if let (Some(row), true) = (target, lines::is_to_be_shown(ui, view.pinned, Pane::Diff)) {
        area = area.vertical_scroll_offset((row as f32 * height - ui.available_height() / 3.0).max(0.0));
    }
    area.show_rows(ui, height, diff.rows.len(), |ui, visible| {
        for row in &diff.rows[visible] {
            match row {
                DiffRow::Operator { offset, text, shade } => {
                    let line = Line { offset: *offset, address: None, text: text.clone(), mark: None, shade: *shade };
                    operator(ui, view, &line, pointed, ask);
                }
                DiffRow::Same { left: one, right: other } => {
                    let lines = [left.code.get(*one), right.code.get(*other)];
                    pair(ui, view, (lines, false), pointed, ask);
                }
                DiffRow::Different { left: one, right: other } => {
                    let line =
                        |columns: &'_ Columns, at: &Option<usize>| at.and_then(|at| columns.code.get(at).cloned());
                    let lines = [line(left, one), line(right, other)];
                    let lines = [lines[0].as_ref(), lines[1].as_ref()];
                    pair(ui, view, (lines, *same_architecture), pointed, ask);
                }
            }
        }
    });
}

/// `412 B, 98 lines`
fn size(columns: &Columns) -> String {
    format!("{}, {} lines", bytes(columns.code_bytes as u64), columns.code.len())
}

/// The operator that the rows below come from.
fn operator(
    ui: &mut Ui,
    view: &View<'_>,
    line: &Line,
    pointed: &mut Option<u32>,
    ask: &mut dyn FnMut(explore::Action),
) {
    let (height, _) = lines::cell(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    if let Some(shade) = line.shade {
        let highlighted = line.offset.is_some() && line.offset == view.highlighted;
        ui.painter().rect_filled(rect, 0.0, marks::background(ui, shade, highlighted));
    }
    let place = line.offset.map_or_else(String::new, |offset| format!("{offset:x}  "));
    let font = TextStyle::Monospace.resolve(ui.style());
    let start = pos2(rect.left() + 4.0, rect.center().y);
    let text = format!("{place}{}", line.text);
    ui.painter().text(start, Align2::LEFT_CENTER, text, font, ui.visuals().strong_text_color());
    lines::interact(&response, (Pane::Diff, line), pointed, ask);
}

/// A line of each build; if they are `tinted`, what one has and the other lacks stands out.
fn pair(
    ui: &mut Ui,
    view: &View<'_>,
    (both, tinted): ([Option<&Line>; 2], bool),
    pointed: &mut Option<u32>,
    ask: &mut dyn FnMut(explore::Action),
) {
    let (height, _) = lines::cell(ui);
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let half = (row.width() - GAP) / 2.0;
    for (side, line) in both.into_iter().enumerate() {
        let Some(line) = line else { continue };
        let start = row.left() + side as f32 * (half + GAP);
        let rect = Rect::from_min_size(pos2(start, row.top()), vec2(half, height));
        let highlighted = line.offset.is_some() && line.offset == view.highlighted;
        if tinted {
            ui.painter().rect_filled(rect, 0.0, tint(side));
        }
        let shade = line.shade.filter(|_| highlighted);
        let drawn = Line { shade, ..line.clone() };
        lines::draw(ui, rect, (Pane::Diff, &drawn), highlighted);
        let id = ui.scope_id().with((side, line.address));
        let response = ui.interact(rect, id, Sense::click());
        lines::interact(&response, (Pane::Diff, line), pointed, ask);
    }
}

/// Red for what only the left has, green for what only the right has.
fn tint(side: usize) -> Color32 {
    match side {
        0 => Color32::from_rgba_unmultiplied(0xd0, 0x40, 0x40, 0x30),
        _ => Color32::from_rgba_unmultiplied(0x40, 0xa0, 0x40, 0x30),
    }
}
