//! Plain lines: for logs, and for a single executable.

use std::{
    io::{self, Write},
    path::PathBuf,
    slice,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use wasmelt_driver::{
    Diagnostic,
    diagnostics::{Severity, Style},
};

use super::{Listener, Outcome, Shown, display_size, listener::label, table};
use crate::{
    report,
    request::{BuildRequest, Job},
};

/// Says a line for each executable as it is written, and what is wrong with the others; of several, a table at the end.
#[derive(Debug)]
pub(crate) struct Lines<'r> {
    request: &'r BuildRequest,
    shown: Mutex<Shown>,
}

impl<'r> Lines<'r> {
    pub(crate) fn new(request: &'r BuildRequest) -> Lines<'r> {
        Lines { request, shown: Mutex::default() }
    }

    fn built(&self, job: &Job, bytes: usize, elapsed: Duration) -> String {
        let module = self.request.modules[job.module].display();
        let (output, target) = (job.output.display(), job.target_names());
        format!("{module}: {output} for {target}, {} in {elapsed:.1?}\n", display_size(bytes))
    }
}

impl Listener for Lines<'_> {
    fn warned(&self, _: &Job, warning: &Diagnostic) {
        if self.request.quiet && warning.severity == Severity::Note {
            return;
        }
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let text = shown.render_new(slice::from_ref(warning), Style::for_stderr());
        // Nobody is left to be told that standard error cannot be written.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    fn ended(&self, _: usize, job: &Job, outcome: &Outcome) {
        // Held while writing, so that the lines of two jobs do not mix.
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match outcome {
            Outcome::Built { .. } if self.request.quiet => return,
            Outcome::Built { bytes, elapsed, .. } => self.built(job, *bytes, *elapsed),
            Outcome::Failed(diagnostics) => shown.render_new(diagnostics, Style::for_stderr()),
            Outcome::Skipped => format!("{}: skipped\n", label(&self.request.modules[job.module], job)),
        };
        if matches!(outcome, Outcome::Built { .. }) && self.request.jobs.len() == 1 {
            report::result(&text);
        } else {
            // Nobody is left to be told that standard error cannot be written.
            let _ = io::stderr().write_all(text.as_bytes());
        }
    }

    fn finished(&self, jobs: &[Job], modules: &[PathBuf], outcomes: &[Outcome]) {
        if jobs.len() > 1 && !self.request.quiet {
            report::result(&table(jobs, modules, outcomes));
        }
    }
}
