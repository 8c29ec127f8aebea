//! The steps that journeys are made of.

use std::{
    thread,
    time::{Duration, Instant},
};

use egui_kittest::{Harness, kittest::Queryable};
use wasmelt_workbench::Workbench;

/// Time after which a journey is taken to be stuck; on no machine should it come close.
const STUCK: Duration = Duration::from_secs(120);

/// Draws frames until something's name contains `text`.
pub(crate) fn wait_for(harness: &mut Harness<'_, Workbench>, text: &str) {
    let begin = Instant::now();
    while harness.query_all_by_label_contains(text).next().is_none() {
        if begin.elapsed() > STUCK {
            let problem = harness.query_all_by_label_contains("cannot").next();
            panic!("{text:?} never appeared: {problem:?}, {harness:?}");
        }
        thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    // What has appeared is where it belongs after a few frames; a spinner beside it would turn for ever.
    harness.run_steps(4);
}

/// Clicks the control of this name, scrolling to it.
pub(crate) fn click(harness: &mut Harness<'_, Workbench>, name: &str) {
    harness.get_by_label(name).scroll_to_me();
    harness.run_steps(2);
    harness.get_by_label(name).click();
    // One frame takes the click, the next one draws what came of it.
    harness.run_steps(2);
}

/// Types `text` into the field of this name.
pub(crate) fn type_into(harness: &mut Harness<'_, Workbench>, name: &str, text: &str) {
    let field = harness.get_by_label(name);
    field.focus();
    field.type_text(text);
    harness.run_steps(4);
}
