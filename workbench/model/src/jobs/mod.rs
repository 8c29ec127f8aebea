//! Jobs: effects done on threads of their own.
//!
//! A job sends [`Report`]s, in order, over one channel, and wakes the user interface with each; the last one is
//! [`Event::Opened`] or [`Event::Built`]. Nothing here waits for a job.

mod build;
mod open;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    fmt, io,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Duration,
};

use wasmelt_driver::{Source, Stage};

use crate::{Effect, Generation, ModulePage};

/// What a job tells.
#[derive(Clone, Debug)]
pub struct Report {
    /// The job.
    pub generation: Generation,
    /// What happened.
    pub event: Event,
}

/// What happened in a job. Errors are diagnostics as text.
#[derive(Clone, Debug)]
pub enum Event {
    /// The module is open, or cannot be.
    Opened(Result<Arc<Opened>, String>),
    /// A stage of a build begins.
    StageBegan(Stage),
    /// Of `total` functions, `done` are compiled. May come out of order.
    Compiled {
        /// How many are done.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// A stage of a build has ended, after this time.
    StageEnded(Stage, Duration),
    /// The executable is there, or cannot be.
    Built(Result<Artifact, String>),
}

/// A module that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The bytes, to build from.
    pub source: Arc<Source>,
    /// What there is to see of it.
    pub page: ModulePage,
}

/// An executable that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Time from the module's bytes to the written file.
    pub elapsed: Duration,
}

/// The jobs of one workbench.
pub struct Jobs {
    sender: Sender<Report>,
    reports: Receiver<Report>,
    wake: Arc<dyn Fn() + Send + Sync>,
    cancelled: Cancelled,
}

/// Jobs whose results nobody wants; shared with the threads.
#[derive(Clone, Debug, Default)]
struct Cancelled(Arc<Mutex<BTreeSet<Generation>>>);

impl Cancelled {
    fn generations(&self) -> MutexGuard<'_, BTreeSet<Generation>> {
        // A set is whole between any two of its methods, so that a panic elsewhere cannot have broken it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job's end of the channel.
struct Reporter {
    generation: Generation,
    sender: Sender<Report>,
    wake: Arc<dyn Fn() + Send + Sync>,
    cancelled: Cancelled,
}

impl Reporter {
    fn send(&self, event: Event) {
        // Nobody receives when the workbench is being closed; then nobody is to be woken either.
        if self.sender.send(Report { generation: self.generation, event }).is_ok() {
            (self.wake)();
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.generations().contains(&self.generation)
    }
}

impl Jobs {
    /// No job yet; `wake` is called from the jobs' threads whenever there is a report.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Jobs {
        let (sender, reports) = mpsc::channel();
        Jobs { sender, reports, wake: Arc::new(wake), cancelled: Cancelled::default() }
    }

    /// Does `effect`, or starts the job that does it.
    pub fn perform(&self, effect: Effect) {
        match effect {
            Effect::Open { generation, origin } => {
                self.start(generation, failed_to_open, move |reporter| open::run(&origin, reporter));
            }
            Effect::Build { generation, source, target, output } => {
                self.start(generation, failed_to_build, move |reporter| build::run(&source, &target, output, reporter));
            }
            Effect::Cancel { generation } => {
                self.cancelled.generations().insert(generation);
            }
        }
    }

    /// The reports that have arrived since the last call; does not wait.
    pub fn reports(&self) -> impl Iterator<Item = Report> + '_ {
        self.reports.try_iter()
    }

    /// Waits for the next report. For programs without a user interface to keep alive, such as tests.
    pub fn wait(&self) -> Report {
        self.reports.recv().expect("invariant: this end of the channel holds a sender as well")
    }

    fn start(&self, generation: Generation, failed: fn(String) -> Event, job: impl FnOnce(&Reporter) + Send + 'static) {
        let reporter = |jobs: &Jobs| Reporter {
            generation,
            sender: jobs.sender.clone(),
            wake: jobs.wake.clone(),
            cancelled: jobs.cancelled.clone(),
        };
        let mine = reporter(self);
        let started: io::Result<_> = thread::Builder::new().name("workbench job".to_owned()).spawn(move || job(&mine));
        if let Err(error) = started {
            reporter(self).send(failed(format!("cannot start a thread: {error}")));
        }
    }
}

fn failed_to_open(text: String) -> Event {
    Event::Opened(Err(text))
}

fn failed_to_build(text: String) -> Event {
    Event::Built(Err(text))
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}
