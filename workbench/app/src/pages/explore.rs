//! What became of the module's functions.

use eframe::egui::Ui;
use wasmelt_workbench_model::{Action, pages::explore::View};

pub(super) fn show(_: &mut Ui, _: &View, _: &mut Vec<Action>) {}
