//! Whoever is told of a build's progress.

use std::path::{Path, PathBuf};

use wasmelt_driver::{Diagnostic, Observer, Silent};

use super::Outcome;
use crate::request::Job;

/// Is told of jobs, by the threads that do them. Jobs have numbers from 0, in the order of the request.
pub(crate) trait Listener: Sync {
    /// A job begins; whom to tell how far it is.
    fn began(&self, number: usize, job: &Job) -> Box<dyn Observer + '_> {
        let _ = (number, job);
        Box::new(Silent)
    }

    /// A job goes on, but something may not be as it was meant.
    fn warned(&self, job: &Job, warning: &Diagnostic);

    /// A job has ended.
    fn ended(&self, number: usize, job: &Job, outcome: &Outcome);

    /// All have.
    fn finished(&self, jobs: &[Job], modules: &[PathBuf], outcomes: &[Outcome]);
}

/// What a job is called: `app.wasm for x86_64-linux`
pub(super) fn label(module: &Path, job: &Job) -> String {
    format!("{} for {}", module.display(), job.target_names())
}
