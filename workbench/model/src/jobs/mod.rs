//! Jobs: effects done on threads of their own.
//!
//! A job sends [`Report`]s, in order, over one channel, and wakes the user interface with each; the last one is
//! [`Event::Opened`], [`BuildEvent::Ended`] or [`RunEvent::Ended`]. Nothing here waits for a job.

mod build;
mod inbox;
mod open;
mod run;
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
use wasmelt_targets::Target;

use crate::{
    Effect, Generation,
    pages::{
        grants::{RunEvent, RunRequest},
        module::{Opened, Origin},
    },
};

pub use inbox::Message;
use inbox::{Inboxes, Programs};

/// What a job is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Read and parse a module.
    Open {
        /// Where the module comes from.
        origin: Origin,
    },
    /// Build an executable and write it.
    Build {
        /// The module.
        source: Arc<Source>,
        /// Where the executable is to run.
        target: Target,
        /// The file to write.
        output: PathBuf,
    },
    /// Run a module in the sandbox, building it first.
    Run {
        /// How.
        request: RunRequest,
    },
}

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
    /// A build got further.
    Build(BuildEvent),
    /// A run got further.
    Run(RunEvent),
}

/// What happened in a build.
#[derive(Clone, Debug)]
pub enum BuildEvent {
    /// A stage begins.
    StageBegan(Stage),
    /// Of `total` functions, `done` are compiled. May come out of order.
    Compiled {
        /// How many are done.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// A stage has ended, after this time.
    StageEnded(Stage, Duration),
    /// The executable is there, or cannot be.
    Ended(Result<Artifact, String>),
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
    programs: Programs,
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
    inboxes: Inboxes,
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
        Jobs { sender, reports, wake: Arc::new(wake), cancelled: Cancelled::default(), programs: Programs::default() }
    }

    /// Does `effect`, or starts the job that does it.
    pub fn perform(&self, effect: Effect) {
        match effect {
            Effect::Start { generation, job } => self.start(generation, job),
            Effect::Tell { generation, message } => self.programs.inboxes().tell(generation, message),
            Effect::Cancel { generation } => {
                self.cancelled.generations().insert(generation);
                self.programs.inboxes().tell(generation, Message::Stop);
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

    fn start(&self, generation: Generation, job: Job) {
        let failed = job.failed();
        let reporter = self.reporter(generation);
        let thread = thread::Builder::new().name("workbench job".to_owned());
        let started: io::Result<_> = thread.spawn(move || job.run(&reporter));
        if let Err(error) = started {
            self.reporter(generation).send(failed(format!("cannot start a thread: {error}")));
        }
    }

    fn reporter(&self, generation: Generation) -> Reporter {
        Reporter {
            generation,
            sender: self.sender.clone(),
            wake: self.wake.clone(),
            cancelled: self.cancelled.clone(),
            inboxes: self.programs.inboxes().clone(),
        }
    }
}

impl Job {
    fn run(self, reporter: &Reporter) {
        match self {
            Job::Open { origin } => open::run(&origin, reporter),
            Job::Build { source, target, output } => build::run(&source, &target, output, reporter),
            Job::Run { request } => run::run(&request, reporter),
        }
    }

    /// How the job says that it failed.
    fn failed(&self) -> fn(String) -> Event {
        match self {
            Job::Open { .. } => |text| Event::Opened(Err(text)),
            Job::Build { .. } => |text| Event::Build(BuildEvent::Ended(Err(text))),
            Job::Run { .. } => |text| Event::Run(RunEvent::Ended(Err(text))),
        }
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}
