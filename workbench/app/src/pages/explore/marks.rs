//! Colours of lines: which operator they belong to, whether they stand out, and what they guard against.

use eframe::egui::{Color32, Ui, ecolor::Hsva};
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

/// The sign at the edge of a line, and its colour.
pub(super) fn sign(ui: &Ui, mark: LineMark) -> (&'static str, Color32) {
    match mark {
        LineMark::Check => ("✔", Color32::from_rgb(0x3f, 0xa0, 0x4f)),
        LineMark::Trap(_) => ("⚠", ui.visuals().warn_fg_color),
    }
}

/// What the sign means.
pub(super) fn meaning(mark: LineMark) -> String {
    match mark {
        LineMark::Check => "bounds check: an address that is out of bounds becomes 0, where the access traps".to_owned(),
        LineMark::Trap(reason) => format!("can trap: {reason}"),
    }
}
