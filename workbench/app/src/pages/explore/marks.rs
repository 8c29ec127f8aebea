//! Colours of lines: which operator they belong to, whether they stand out, and what they guard against.

use eframe::egui::{Color32, Pos2, Shape, Stroke, Ui, ecolor::Hsva, vec2};
use wasmelt_workbench_model::pages::explore::LineMark;

/// Hues that neighbours in the module are told apart by. Far apart in the circle: 137.5° is the golden angle.
const GOLDEN_ANGLE: f32 = 137.508 / 360.0;

/// The background of a line of the operator with number `shade`.
pub(super) fn background(ui: &Ui, shade: u32, highlighted: bool) -> Color32 {
    // Precision: whole turns do not matter.
    let hue = (shade % 1000) as f32 * GOLDEN_ANGLE;
    let alpha = match (ui.visuals().dark_mode, highlighted) {
        (_, true) => 0.55,
        (true, false) => 0.16,
        (false, false) => 0.22,
    };
    Hsva::new(hue.fract(), 0.65, if ui.visuals().dark_mode { 0.75 } else { 0.95 }, alpha).into()
}

/// Draws the sign of `mark`: a ring around what is checked, a triangle at what can trap.
pub(super) fn sign(ui: &Ui, center: Pos2, mark: LineMark) {
    match mark {
        LineMark::Check => {
            let green = Color32::from_rgb(0x3f, 0xa0, 0x4f);
            ui.painter().circle_stroke(center, 3.5, Stroke::new(2.0, green));
        }
        LineMark::Trap(_) => {
            let corners = [vec2(0.0, -4.0), vec2(4.5, 3.5), vec2(-4.5, 3.5)].map(|corner| center + corner);
            let color = ui.visuals().warn_fg_color;
            ui.painter().add(Shape::convex_polygon(corners.to_vec(), color, Stroke::NONE));
        }
    }
}

/// What the sign means.
pub(super) fn meaning(mark: LineMark) -> String {
    match mark {
        LineMark::Check => {
            "bounds check: an address that is out of bounds becomes 0, where the access traps".to_owned()
        }
        LineMark::Trap(reason) => format!("can trap: {reason}"),
    }
}
