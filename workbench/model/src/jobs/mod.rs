//! Jobs: effects done on threads of their own.
//!
//! A job sends [`Report`]s, in order, over one channel, and wakes the user interface with each; the last one is
//! [`Event::Opened`], [`BuildEvent::Ended`], [`Event::Exported`], [`Event::Picked`], [`RunEvent::Ended`], [`CompareEvent::Ended`],
//! [`Event::Saved`] or an [`ExploreEvent`]. Nothing here waits for a job.

mod build;
mod compare;
mod explore;
mod export;
mod inbox;
mod open;
mod pick;
mod priority;
mod run;
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

use serde::Serialize;
use wasmelt_benches::rivals::Missing;
use wasmelt_driver::{BuildOptions, Source, Stage};

use crate::{
    Dialog, Effect, Generation, Picker, Purpose,
    pages::{
        compare::{Measured, Settings},
        explore::{Columns, Diff, Survey, Variant},
        grants::{RunEvent, RunRequest},
        module::{Opened, Origin},
    },
};

pub use inbox::Message;
pub use save::Document;

use inbox::{Inboxes, Programs};

/// What a job is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// Read and parse a module.
    Open {
        /// Where the module comes from.
        origin: Origin,
    },
    /// Build an executable and write it; then build it again, and compare.
    Build {
        /// The module.
        source: Arc<Source>,
        /// How it is built.
        options: Arc<BuildOptions>,
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
    /// Run a module in the sandbox, building it first.
    Run {
        /// How.
        request: RunRequest,
    },
    /// Make something else of a module.
    Export {
        /// The module.
        source: Arc<Source>,
        /// How it is built.
        options: Arc<BuildOptions>,
        /// What to make.
        kind: ExportKind,
        /// The file to write.
        output: PathBuf,
    },
    /// Let the user choose a path.
    Pick {
        /// The question.
        dialog: Dialog,
    },
}

/// What else can be made of what an executable is built from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// A relocatable object, before it is linked with the runtime.
    Object,
    /// A container image, as an archive (OCI image layout).
    Image,
    /// What the program may reach, as a policy file.
    Policy,
}

impl ExportKind {
    /// All kinds.
    pub const ALL: [ExportKind; 3] = [ExportKind::Object, ExportKind::Image, ExportKind::Policy];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            ExportKind::Object => "Object",
            ExportKind::Image => "Container image",
            ExportKind::Policy => "Policy file",
        }
    }
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
    /// An export is there, or cannot be.
    Exported(Result<(), String>),
    /// The user has chosen a path, or none; or there is no dialog to do so.
    Picked {
        /// What it is for.
        purpose: Purpose,
        /// The path.
        result: Result<Option<PathBuf>, String>,
    },
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
    /// The executable is there; it is built again.
    Written(Artifact),
    /// The executable is there and was compared, or cannot be made.
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
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Whether a second build gave the same bytes, if that is known.
    pub reproducible: Option<bool>,
}

/// The jobs of one workbench.
pub struct Jobs {
    sender: Sender<Report>,
    reports: Receiver<Report>,
    wake: Arc<dyn Fn() + Send + Sync>,
    picker: Picker,
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
    picker: Picker,
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
    /// No job yet; `wake` is called from the jobs' threads whenever there is a report. There are no dialogs.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Jobs {
        let (sender, reports) = mpsc::channel();
        let picker: Picker = Arc::new(|_| Err("There is no dialog for files here.".to_owned()));
        Jobs {
            sender,
            reports,
            wake: Arc::new(wake),
            picker,
            cancelled: Cancelled::default(),
            programs: Programs::default(),
        }
    }

    /// The same, with dialogs, which are shown on jobs' threads.
    #[must_use]
    pub fn with_picker(self, picker: Picker) -> Jobs {
        Jobs { picker, ..self }
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
            picker: self.picker.clone(),
            cancelled: self.cancelled.clone(),
            inboxes: self.programs.inboxes().clone(),
        }
    }
}

impl Job {
    fn run(self, reporter: &Reporter) {
        match self {
            Job::Open { origin } => open::run(&origin, reporter),
            Job::Build { source, options, output } => build::run(&source, &options, output, reporter),
            Job::Export { source, options, kind, output } => export::run(&source, &options, kind, &output, reporter),
            Job::Pick { dialog } => pick::run(&dialog, reporter),
            Job::Run { request } => run::run(&request, reporter),
            Job::Compare { source, settings } => compare::run(&source, &settings, reporter),
            Job::Save { document, path } => save::run(&document, &path, reporter),
            Job::Survey { source } => explore::survey(source, reporter),
            Job::Dissect { survey, function, variant } => explore::dissect(&survey, function, variant, reporter),
            Job::Align { left, right } => explore::align(&left, &right, reporter),
        }
    }

    /// How the job says that it failed.
    fn failed(&self) -> Box<dyn Fn(String) -> Event> {
        match self {
            Job::Open { .. } => Box::new(|text| Event::Opened(Err(text))),
            Job::Build { .. } => Box::new(|text| Event::Build(BuildEvent::Ended(Err(text)))),
            Job::Export { .. } => Box::new(|text| Event::Exported(Err(text))),
            &Job::Pick { dialog: Dialog { purpose, .. } } => {
                Box::new(move |text| Event::Picked { purpose, result: Err(text) })
            }
            Job::Run { .. } => Box::new(|text| Event::Run(RunEvent::Ended(Err(text)))),
            Job::Compare { .. } => Box::new(|text| Event::Compare(CompareEvent::Ended(Err(text)))),
            Job::Save { .. } => Box::new(|text| Event::Saved(Err(text))),
            Job::Survey { .. } => Box::new(|text| Event::Explore(ExploreEvent::Surveyed(Err(text)))),
            Job::Dissect { .. } => Box::new(|text| Event::Explore(ExploreEvent::Dissected(Err(text)))),
            Job::Align { .. } => Box::new(|text| Event::Explore(ExploreEvent::Aligned(Err(text)))),
        }
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}
