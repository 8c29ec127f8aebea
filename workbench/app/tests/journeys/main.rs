//! What a user does, step by step: controls are found by their names, no display is needed.
//!
//! A page's journeys are a module of this one binary; what they share stands here.

mod explore;
mod open;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use eframe::egui::Vec2;
use egui_kittest::{Harness, kittest::Queryable};
use wasmelt_workbench::Workbench;
use wasmelt_workbench_model::{State, pages::targets::Cell};

/// Time after which a journey is taken to be stuck; on no machine should it come close.
const STUCK: Duration = Duration::from_secs(120);

/// A workbench that writes executables to `output_folder`.
fn start(output_folder: &Path) -> Harness<'static, Workbench> {
    let state = State::new(output_folder.to_owned(), Cell::all());
    let builder = Harness::builder().with_size(Vec2::new(1100.0, 720.0));
    builder.build_eframe(|creation| Workbench::new(&creation.egui_ctx, state))
}

/// Draws frames until something's name contains `text`.
fn wait_for(harness: &mut Harness<'_, Workbench>, text: &str) {
    let begin = Instant::now();
    while harness.query_all_by_label_contains(text).next().is_none() {
        assert!(begin.elapsed() < STUCK, "{text:?} never appeared: {harness:?}");
        thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.run();
}

/// Clicks the control of this name.
fn click(harness: &mut Harness<'_, Workbench>, name: &str) {
    harness.get_by_label(name).click();
    // One frame takes the click, the next one draws what came of it.
    harness.step();
    harness.step();
}
