//! The largest functions, as a treemap. A click on one leads to it on the page that explores.

use eframe::egui::{
    Align2, Color32, FontId, Rect, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, ecolor::Hsva, pos2, vec2,
};
use wasmelt_workbench_model::{
    Action, bytes,
    pages::{
        explore,
        module::{Area, FunctionShare, Functions, treemap},
    },
};

const HEIGHT: f32 = 240.0;
/// The smallest cell that has room for a name.
const NAMED: (f32, f32) = (56.0, 18.0);

pub(super) fn show(ui: &mut Ui, functions: &Functions, actions: &mut Vec<Action>) {
    ui.strong(format!("Largest functions, of {} of code", bytes(functions.bytes)));
    if functions.shares.is_empty() {
        ui.label("It defines no function.");
        return;
    }
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    // Precision: a cell is at most a few thousand points wide.
    let shares: Vec<f32> = functions.shares.iter().map(|share| share.bytes as f32).collect();
    let whole = Area { x: rect.left(), y: rect.top(), width: rect.width(), height: rect.height() };
    for (at, (share, area)) in functions.shares.iter().zip(treemap(&shares, whole)).enumerate() {
        if cell(ui, at, share, area)
            && let Some(function) = share.index
        {
            actions.push(Action::Explore(explore::Action::Open(function)));
        }
    }
}

/// Whether it was clicked.
fn cell(ui: &Ui, at: usize, share: &FunctionShare, area: Area) -> bool {
    let rect = Rect::from_min_size(pos2(area.x, area.y), vec2(area.width, area.height));
    let text = format!("{}, {}", share.name, bytes(share.bytes));
    let (role, sense) = match share.index {
        Some(_) => (Role::Button, Sense::click()),
        None => (Role::Image, Sense::hover()),
    };
    let response = ui.interact(rect, ui.scope_id().with(("function", at)), sense);
    response.widget_info(|| WidgetInfo::labeled(role, true, &text));
    let fill = fill(at, ui.visuals().dark_mode, response.hovered());
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect(rect, 1.0, fill, Stroke::new(1.0, ui.visuals().panel_fill), StrokeKind::Inside);
    if area.width >= NAMED.0 && area.height >= NAMED.1 {
        let font = FontId::new(11.0, TextStyle::Monospace.resolve(ui.style()).family);
        painter.text(rect.min + vec2(5.0, 3.0), Align2::LEFT_TOP, &share.name, font, ui.visuals().strong_text_color());
    }
    response.on_hover_text(text).clicked()
}

/// Neighbours differ; all are pale enough, or dark enough, for a name upon them.
fn fill(at: usize, dark: bool, hovered: bool) -> Color32 {
    // Steps of the golden ratio are spread evenly over the circle of hues. Precision: there are few cells.
    let hue = (at as f32 * 0.618_034).fract();
    let (saturation, value) = if dark { (0.45, 0.38) } else { (0.22, 0.95) };
    let value = if hovered { value * if dark { 1.3 } else { 0.9 } } else { value };
    Hsva::new(hue, saturation, value, 1.0).into()
}
