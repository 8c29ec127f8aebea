//! What a user does, step by step: controls are found by their names, no display is needed.
//!
//! A page's journeys are a module of this one binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod explore;
mod grants;
mod open;
#[path = "../steps/mod.rs"]
mod steps;

use std::{path::Path, sync::Arc};

use eframe::egui::Vec2;
use egui_kittest::Harness;
use wasmelt_workbench::Workbench;
use wasmelt_workbench_model::{Picker, State, pages::targets::Cell};

use steps::{click, type_into, wait_for};

/// A workbench that writes executables to `output_folder`.
fn start(output_folder: &Path) -> Harness<'static, Workbench> {
    start_with_picker(output_folder, Arc::new(|_| Err("No dialog is part of this journey.".to_owned())))
}

/// The same, with dialogs that `picker` answers.
fn start_with_picker(output_folder: &Path, picker: Picker) -> Harness<'static, Workbench> {
    let state = State::new(output_folder.to_owned(), Cell::all());
    let builder = Harness::builder().with_size(Vec2::new(1100.0, 720.0));
    builder.build_eframe(|creation| Workbench::with_picker(&creation.egui_ctx, state, picker))
}
