//! What a user does, step by step: controls are found by their names, no display is needed.
//!
//! A page's journeys are a module of this one binary; what they share stands here.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod explore;
mod grants;
mod open;

use std::{
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use eframe::egui::Vec2;
use egui_kittest::{Harness, kittest::Queryable};
use wasmelt_workbench::Workbench;
use wasmelt_workbench_model::{Picker, State, pages::targets::Cell};

/// Time after which a journey is taken to be stuck; on no machine should it come close.
const STUCK: Duration = Duration::from_secs(120);

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

/// Draws frames until something's name contains `text`.
fn wait_for(harness: &mut Harness<'_, Workbench>, text: &str) {
    let begin = Instant::now();
    while harness.query_all_by_label_contains(text).next().is_none() {
        assert!(begin.elapsed() < STUCK, "{text:?} never appeared: {harness:?}");
        thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    // What has appeared is where it belongs after a few frames; a spinner beside it would turn for ever.
    harness.run_steps(4);
}

/// Clicks the control of this name, scrolling to it.
fn click(harness: &mut Harness<'_, Workbench>, name: &str) {
    harness.get_by_label(name).scroll_to_me();
    harness.run_steps(2);
    harness.get_by_label(name).click();
    // One frame takes the click, the next one draws what came of it.
    harness.step();
    harness.step();
}
