//! What the module may reach, and how it runs with that.

use eframe::egui::Ui;
use wasmelt_workbench_model::{Action, pages::grants::View};

pub(super) fn show(_: &mut Ui, _: &View, _: &mut Vec<Action>) {}
