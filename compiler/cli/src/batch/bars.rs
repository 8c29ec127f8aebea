//! Progress bars, for people at a terminal: one for the queue, and one for each job that is being done.

use std::{
    path::PathBuf,
    slice,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use wasmelt_driver::{Diagnostic, Observer, Stage, diagnostics::Style};

use super::{Listener, Outcome, Shown, listener::label, noun, table};
use crate::{
    report,
    request::{BuildRequest, Job},
};

const TICK: Duration = Duration::from_millis(100);

/// Shows progress on standard error, and a table on standard output at the end.
#[derive(Debug)]
pub(crate) struct Bars<'r> {
    request: &'r BuildRequest,
    all: MultiProgress,
    queue: ProgressBar,
    shown: Mutex<Shown>,
}

impl<'r> Bars<'r> {
    pub(crate) fn new(request: &'r BuildRequest) -> Bars<'r> {
        let all = MultiProgress::new();
        let total = u64::try_from(request.jobs.len()).unwrap_or(u64::MAX);
        let queue = all.add(ProgressBar::new(total));
        queue.set_style(style(&format!("{{bar:24}} {{pos}}/{{len}} {}, {{elapsed}}", noun(&request.jobs))));
        queue.enable_steady_tick(TICK);
        Bars { request, all, queue, shown: Mutex::default() }
    }

    /// Shows diagnostics above the bars.
    fn show(&self, diagnostics: &[Diagnostic]) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let text = shown.render_new(diagnostics, Style::for_stderr());
        self.all.suspend(|| eprint!("{text}"));
    }
}

impl Listener for Bars<'_> {
    fn began(&self, _: usize, job: &Job) -> Box<dyn Observer + '_> {
        let bar = self.all.insert_before(&self.queue, ProgressBar::new(1));
        bar.set_style(style("{bar:24} {prefix}: {msg}"));
        bar.set_prefix(label(&self.request.modules[job.module], job));
        Box::new(JobBar(bar))
    }

    fn warned(&self, _: &Job, warning: &Diagnostic) {
        self.show(slice::from_ref(warning));
    }

    fn ended(&self, _: usize, _: &Job, outcome: &Outcome) {
        self.queue.inc(1);
        if let Outcome::Failed(diagnostics) = outcome {
            self.show(diagnostics);
        }
    }

    fn finished(&self, jobs: &[Job], modules: &[PathBuf], outcomes: &[Outcome]) {
        self.queue.finish_and_clear();
        report::result(&table(jobs, modules, outcomes));
    }
}

/// The bar of one job, which is there as long as this is.
struct JobBar(ProgressBar);

impl Observer for JobBar {
    fn began(&self, stage: Stage) {
        self.0.set_message(stage.to_string());
        if stage == Stage::Compile {
            // Of the next executable, in an image.
            self.0.set_position(0);
        }
    }

    fn compiled(&self, done: usize, total: usize) {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        self.0.set_length(number(total));
        // Calls come out of order; a bar only grows.
        if number(done) > self.0.position() {
            self.0.set_position(number(done));
        }
    }
}

impl Drop for JobBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("invariant: the template is one").progress_chars("=> ")
}
