//! Building many executables in one run.
//!
//! ```text
//! BuildRequest → one queue of jobs → each job is built by one thread, its functions by all → Outcome per job
//!                     │
//!                     └→ Listener: bars, lines or JSON, while it happens; a table of the outcomes, at the end
//! ```
//!
//! Invariants: outcomes are in the order of the jobs, whichever ended first; as many jobs are in memory at once as the
//! machine has cores, however long the queue.

mod bars;
mod json;
mod lines;
mod listener;
mod queue;
mod table;

use std::time::Duration;

use wasmelt_driver::{
    Diagnostic, Emit,
    diagnostics::{Severity, Style, render},
};

pub(crate) use bars::Bars;
pub(crate) use json::Json;
pub(crate) use lines::Lines;
pub(crate) use listener::Listener;
pub(crate) use queue::run;
pub(crate) use table::table;

use crate::{
    report::{self, Status},
    request::Job,
};

/// How a job ended.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The output is written: its size in bytes, how long that took, and what an image is called by its contents.
    Built { bytes: usize, elapsed: Duration, digest: Option<String> },
    /// It is not, for these reasons.
    Failed(Vec<Diagnostic>),
    /// Another job failed before this one began.
    Skipped,
}

impl Outcome {
    /// What it means for the exit status.
    pub(crate) fn status(&self) -> Status {
        match self {
            Outcome::Built { .. } => Status::Success,
            Outcome::Failed(diagnostics) => report::status(diagnostics),
            Outcome::Skipped => Status::Failure,
        }
    }
}

/// What `jobs` build: `executables`, or a wider word.
fn noun(jobs: &[Job]) -> &'static str {
    let are = |wanted: fn(&Job) -> bool| jobs.iter().all(wanted);
    if are(|job| job.image.is_some()) {
        "images"
    } else if are(|job| job.image.is_none() && job.options.emit == Emit::Executable) {
        "executables"
    } else {
        "outputs"
    }
}

/// `17.3 KiB`
pub(crate) fn display_size(bytes: usize) -> String {
    // Rounding to f64 changes no digit that is displayed.
    let kibibytes = bytes as f64 / 1024.0;
    if kibibytes < 1024.0 { format!("{kibibytes:.1} KiB") } else { format!("{:.1} MiB", kibibytes / 1024.0) }
}

/// Diagnostics that were shown. What is wrong with a module is wrong for each target, and said once.
#[derive(Debug, Default)]
struct Shown(Vec<Diagnostic>);

impl Shown {
    /// The text of those of `diagnostics` that are new.
    fn render_new(&mut self, diagnostics: &[Diagnostic], style: Style) -> String {
        let mut text = String::new();
        for diagnostic in diagnostics {
            if !self.0.contains(diagnostic) {
                // A note is one line, and needs no space.
                let is_apart = !self.0.is_empty() && diagnostic.severity != Severity::Note;
                text.push_str(if is_apart { "\n" } else { "" });
                text.push_str(&render(diagnostic, style));
                self.0.push(diagnostic.clone());
            }
        }
        text
    }
}
