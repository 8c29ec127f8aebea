//! A switch, as phones have them.

use eframe::egui::{CornerRadius, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, lerp, pos2, vec2};

/// Draws a switch that is called `name`. Returns whether it was turned, so that it is to be what it is not.
pub(super) fn switch(ui: &mut Ui, is_on: bool, name: &str) -> bool {
    let height = ui.spacing().interact_size.y * 0.9;
    let (place, response) = ui.allocate_exact_size(vec2(height * 1.8, height), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, ui.is_enabled(), is_on, name));
    if ui.is_rect_visible(place) {
        draw(ui, &response, is_on);
    }
    response.on_hover_text(name).clicked()
}

fn draw(ui: &Ui, response: &Response, is_on: bool) {
    let position = ui.ctx().animate_bool_responsive(response.id, is_on);
    let visuals = ui.style().interact_selectable(response, is_on);
    let place = response.rect.shrink(1.0);
    let radius = place.height() / 2.0;
    let fill = if is_on { ui.visuals().selection.bg_fill } else { visuals.bg_fill };
    // A radius in points; the rounding is of no consequence.
    let corner = CornerRadius::same(radius as u8);
    let stroke = if response.has_focus() { ui.visuals().selection.stroke } else { Stroke::NONE };
    ui.painter().rect(place, corner, fill, stroke, StrokeKind::Outside);
    let centre = pos2(lerp((place.left() + radius)..=(place.right() - radius), position), place.center().y);
    ui.painter().circle_filled(centre, radius * 0.72, ui.visuals().strong_text_color());
}
