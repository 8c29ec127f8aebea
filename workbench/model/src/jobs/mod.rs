//! Jobs: effects done on threads of their own.
//!
//! A job sends [`Report`]s, in order, over one channel, and wakes the user interface with each; the last one is
//! [`Event::Opened`], [`BuildEvent::Ended`], [`CompareEvent::Ended`], [`Event::Saved`] or an [`ExploreEvent`]. Nothing here
//! waits for a job.

mod build;
mod compare;
mod explore;
mod open;
mod save;
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

use wasmelt_benches::rivals::Missing;
use wasmelt_driver::{Source, Stage};
use wasmelt_targets::Target;

use crate::{
    Effect, Generation,
    pages::{
        compare::{Measured, Settings},
        explore::{Columns, Diff, Survey, Variant},
        module::{Opened, Origin},
    },
};

pub use save::Document;

/// What a job is to do.
#[derive(Clone, Debug, PartialEq)]
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
    /// Build a module in several ways, and measure how fast it starts, beside whatever else can run it.
    Compare {
        /// The module.
        source: Arc<Source>,
        /// How to measure.
        settings: Settings,
    },
    /// Write a file.
    Save {
        /// What is in it.
        document: Document,
        /// The file.
        path: PathBuf,
    },
    /// Get to know a module's functions.
    Survey {
        /// The module.
        source: Arc<Source>,
    },
    /// Take a function apart.
    Dissect {
        /// The module.
        survey: Arc<Survey>,
        /// The function's index.
        function: u32,
        /// How it is compiled.
        variant: Variant,
    },
    /// Put two forms of a function side by side.
    Align {
        /// One.
        left: Arc<Columns>,
        /// The other.
        right: Arc<Columns>,
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
    /// A measurement got further.
    Compare(CompareEvent),
    /// A file is written, or cannot be.
    Saved(Result<(), String>),
    /// Something is known of functions.
    Explore(ExploreEvent),
}

/// What happened in a measurement.
#[derive(Clone, Debug)]
pub enum CompareEvent {
    /// This is begun.
    Stage(String),
    /// These candidates will be measured, in this order.
    Candidates(Vec<String>),
    /// These will not.
    Missing(Vec<Missing>),
    /// There are samples.
    Rounds {
        /// Rounds that are done, warm-up included.
        done: usize,
        /// Of how many.
        of: usize,
        /// The samples since the last report, by candidate.
        totals: Vec<Vec<Duration>>,
    },
    /// It is over: with a report, without one since it was stopped too early, or it failed.
    Ended(Result<Option<Arc<Measured>>, String>),
}

/// What is known of functions.
#[derive(Clone, Debug)]
pub enum ExploreEvent {
    /// Which there are.
    Surveyed(Result<Arc<Survey>, String>),
    /// What one becomes.
    Dissected(Result<Arc<Columns>, String>),
    /// How two forms of one differ; it fails only if the job cannot start.
    Aligned(Result<Arc<Diff>, String>),
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
            Effect::Start { generation, job } => self.start(generation, job),
            Effect::Cancel { generation } => _ = self.cancelled.generations().insert(generation),
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
        Reporter { generation, sender: self.sender.clone(), wake: self.wake.clone(), cancelled: self.cancelled.clone() }
    }
}

impl Job {
    fn run(self, reporter: &Reporter) {
        match self {
            Job::Open { origin } => open::run(&origin, reporter),
            Job::Build { source, target, output } => build::run(&source, &target, output, reporter),
            Job::Compare { source, settings } => compare::run(&source, &settings, reporter),
            Job::Save { document, path } => save::run(&document, &path, reporter),
            Job::Survey { source } => explore::survey(source, reporter),
            Job::Dissect { survey, function, variant } => explore::dissect(&survey, function, variant, reporter),
            Job::Align { left, right } => explore::align(&left, &right, reporter),
        }
    }

    /// How the job says that it failed.
    fn failed(&self) -> fn(String) -> Event {
        match self {
            Job::Open { .. } => |text| Event::Opened(Err(text)),
            Job::Build { .. } => |text| Event::Build(BuildEvent::Ended(Err(text))),
            Job::Compare { .. } => |text| Event::Compare(CompareEvent::Ended(Err(text))),
            Job::Save { .. } => |text| Event::Saved(Err(text)),
            Job::Survey { .. } => |text| Event::Explore(ExploreEvent::Surveyed(Err(text))),
            Job::Dissect { .. } => |text| Event::Explore(ExploreEvent::Dissected(Err(text))),
            Job::Align { .. } => |text| Event::Explore(ExploreEvent::Aligned(Err(text))),
        }
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}
