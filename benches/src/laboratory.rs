//! The laboratory: one module, built here and run by whatever this machine has, in one run.
//!
//! ```text
//! module ─┬─────────► sandbox off, on ──┐
//!         └─ mark ──► the same, marked ─┤   floor, native program, rivals
//!                                       └──► Candidates ──► measure, account ──► Report
//! ```

use std::{
    ffi::OsString,
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Serialize;
use wasmelt_driver::{BuildOptions, Diagnostic, Sandbox, Silent, Source, build, write_executable};
use wasmelt_policy::{Arguments, Clocks, Policy, Randomness};
use wasmelt_targets::{Architecture, Target};

use crate::{
    Ratio,
    account::{Accountant, Usage},
    floor,
    machine::{self, Machine, Pinned},
    mark::mark,
    rivals::{self, Form, Missing, Workshop},
    startup::{Candidate, Plan, Round, Row, StartupError, measure},
};

/// Runs of each candidate that are accounted for.
const ACCOUNTED_RUNS: usize = 3;

/// The name of the candidate that users get by default.
pub const OURS: &str = "wasmelt";

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Request {
    /// The module.
    pub source: Source,
    /// The program's arguments.
    pub arguments: Vec<OsString>,
    /// The same program as a native executable, if there is one.
    pub native: Option<PathBuf>,
    /// How often.
    pub plan: Plan,
    /// Whether everything runs on one processor, if that can be had.
    pub pin: bool,
    /// The folders in which rivals are looked for, as in `PATH`; those of `PATH` if there is none.
    pub search: Option<OsString>,
}

/// What there is to tell while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// This is begun.
    Begins(&'a str),
    /// These will be measured, in this order.
    Candidates(&'a [Candidate]),
    /// These will not.
    Missing(&'a [Missing]),
    /// So many rounds are done.
    Rounds {
        /// How many.
        done: usize,
        /// Of how many, warm-up included.
        of: usize,
        /// What each candidate took in the last one, from spawn to exit; nothing in a round to warm up.
        totals: &'a [Duration],
    },
}

/// Everything that was found out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The module's name.
    pub module: String,
    /// Its size as a binary, in bytes.
    pub module_bytes: usize,
    /// How it was measured.
    pub plan: Plan,
    /// Where.
    pub machine: Machine,
    /// Why nothing should be concluded from it.
    pub warnings: Vec<String>,
    /// Why the first instruction is not seen, if it is not.
    pub unmarked: Option<String>,
    /// The candidates; the floor is the first.
    pub entries: Vec<Entry>,
    /// Rivals that were not measured.
    pub missing: Vec<Missing>,
}

/// What was found out about one candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Its times.
    #[serde(flatten)]
    pub row: Row,
    /// How its total compares with our executable's.
    pub to_ours: Option<Ratio>,
    /// What it uses. For a container this is its client, if a daemon does the work.
    pub usage: Option<Usage>,
    /// Size of the program: an executable, or the module as it is loaded.
    pub program_bytes: Option<u64>,
    /// Size of what runs it, without its libraries.
    pub runtime_bytes: Option<u64>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum LaboratoryError {
    /// The module does not become a program.
    #[error("the module cannot be built")]
    Build(Vec<Diagnostic>),
    /// There are no programs for this machine.
    #[error("this machine's architecture is not one that wasmelt compiles for")]
    Architecture,
    /// A file could not be written.
    #[error("cannot write what is to be measured: {0}")]
    Files(#[from] io::Error),
    /// A program of ours did not run.
    #[error(transparent)]
    Startup(#[from] StartupError),
    /// It was ended before there was anything to report.
    #[error("stopped before the first round")]
    Stopped,
}

impl From<Diagnostic> for LaboratoryError {
    fn from(diagnostic: Diagnostic) -> LaboratoryError {
        LaboratoryError::Build(vec![diagnostic])
    }
}

/// Is told how far it is, and may end it.
pub type Observer<'a> = &'a mut dyn FnMut(Progress<'_>) -> ControlFlow<()>;

/// Builds, measures, and reports. If `observer` ends it among the rounds, the report is of those that there were.
///
/// # Errors
///
/// If the module cannot be built, a program of ours does not run, or `observer` ends it too early. A rival that does not run
/// is in the report.
pub fn startup(request: &Request, observer: Observer<'_>) -> Result<Report, LaboratoryError> {
    let architecture = Architecture::host().ok_or(LaboratoryError::Architecture)?;
    let folder = tempfile::Builder::new().prefix("wasmelt-bench-").tempdir()?;
    let bench = Bench { request, architecture, folder: folder.path() };
    let mut machine = Machine::look();

    tell(observer, Progress::Begins("building"))?;
    let module = request.source.to_binary()?;
    let (marked, unmarked) = match mark(&module) {
        Ok(marked) => (Some(Source::from_bytes(&request.source.file_name, marked)), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let mut candidates = bench.own(marked.as_ref())?;

    tell(observer, Progress::Begins("looking for rivals"))?;
    let (rivals, missing) = bench.rivals(&module, marked.as_ref(), observer)?;
    candidates.extend(rivals);
    tell(observer, Progress::Missing(&missing))?;
    tell(observer, Progress::Candidates(&candidates))?;

    tell(observer, Progress::Begins("measuring"))?;
    let pinned = request.pin.then(Pinned::here).flatten();
    machine.pinned = pinned.as_ref().map(|pinned| pinned.processor);
    let rows = rounds(&candidates, &request.plan, observer)?;

    // What is measured is reported, even if nobody waits for the rest.
    let _ = observer(Progress::Begins("accounting"));
    let warnings = rows.first().map_or_else(Vec::new, |floor| machine::warnings(&floor.total));
    let plan = Plan { rounds: rows.first().map_or(0, |floor| floor.total.samples.len()), ..request.plan };
    let entries = bench.entries(&candidates, rows)?;
    let (module, module_bytes) = (request.source.display.clone(), module.len());
    Ok(Report { module, module_bytes, plan, machine, warnings, unmarked, entries, missing })
}

fn rounds(candidates: &[Candidate], plan: &Plan, observer: Observer<'_>) -> Result<Vec<Row>, LaboratoryError> {
    let of = plan.warm_up + plan.rounds;
    let mut stopped = false;
    let mut observe = |round: Round<'_>| {
        let told = observer(Progress::Rounds { done: round.done, of, totals: round.totals });
        stopped = told.is_break();
        told
    };
    match measure(candidates, plan, &mut observe) {
        Err(StartupError::Nothing { .. }) if stopped => Err(LaboratoryError::Stopped),
        rows => Ok(rows?),
    }
}

fn tell(observer: Observer<'_>, progress: Progress<'_>) -> Result<(), LaboratoryError> {
    match observer(progress) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(LaboratoryError::Stopped),
    }
}

/// Where candidates are made.
struct Bench<'a> {
    request: &'a Request,
    architecture: Architecture,
    folder: &'a Path,
}

impl Bench<'_> {
    /// What needs nothing from this machine, the floor first.
    fn own(&self, marked: Option<&Source>) -> Result<Vec<Candidate>, LaboratoryError> {
        let floor = self.write("floor", &floor::executable(self.architecture))?;
        let marked_floor = self.write("floor-marked", &floor::marked(self.architecture))?;
        let mut candidates = vec![with_mark(Candidate::new("floor", floor), Some(marked_floor))];
        for (name, sandbox) in [("wasmelt, sandbox off", Sandbox::Off), (OURS, Sandbox::On)] {
            let plain = self.write(name, &self.build(&self.request.source, sandbox)?)?;
            let marked = match marked {
                Some(marked) => Some(self.write(&format!("{name}-marked"), &self.build(marked, sandbox)?)?),
                None => None,
            };
            candidates.push(with_mark(Candidate::new(name, plain), marked));
        }
        candidates.extend(self.request.native.iter().map(|native| Candidate::new("native", native)));
        for candidate in &mut candidates[1..] {
            candidate.plain.arguments.extend(self.request.arguments.iter().cloned());
            candidate.marked.iter_mut().for_each(|line| line.arguments.extend(self.request.arguments.iter().cloned()));
        }
        Ok(candidates)
    }

    fn rivals(
        &self,
        module: &[u8],
        marked: Option<&Source>,
        observer: Observer<'_>,
    ) -> Result<(Vec<Candidate>, Vec<Missing>), LaboratoryError> {
        let form = |name: &'static str, bytes: &[u8], executable: &str| -> io::Result<Form> {
            let path = self.folder.join(name).with_extension("wasm");
            fs::write(&path, bytes)?;
            Ok(Form { name, module: path, executable: self.folder.join(executable) })
        };
        let plain = form("plain", module, OURS)?;
        let marked = marked.map(|source| form("marked", &source.bytes, &format!("{OURS}-marked"))).transpose()?;
        let Request { arguments, search, .. } = self.request;
        let shop = Workshop { folder: self.folder, plain, marked, arguments, search: search.as_deref() };
        let mut tries = |name: &str| observer(Progress::Begins(&format!("looking for {name}")));
        match rivals::find(&shop, &mut tries) {
            ControlFlow::Continue(found) => Ok(found),
            ControlFlow::Break(()) => Err(LaboratoryError::Stopped),
        }
    }

    fn build(&self, source: &Source, sandbox: Sandbox) -> Result<Vec<u8>, LaboratoryError> {
        let arguments = Arguments { fixed: Vec::new(), inherit: !self.request.arguments.is_empty() };
        // What every rival gives the program as well.
        let (clocks, randomness) = (Clocks::Exact, Randomness::Real);
        let policy = Policy { arguments, clocks, randomness, ..Policy::default() };
        let options = BuildOptions { sandbox, policy, ..BuildOptions::new(Target::baseline(self.architecture)) };
        build(source, &options, &Silent).map_err(LaboratoryError::Build)
    }

    fn write(&self, name: &str, executable: &[u8]) -> Result<PathBuf, LaboratoryError> {
        let path = self.folder.join(name);
        write_executable(&path, executable)?;
        // The page cache drops only what is on the disk as well.
        fs::File::open(&path)?.sync_all()?;
        Ok(path)
    }

    fn entries(&self, candidates: &[Candidate], rows: Vec<Row>) -> Result<Vec<Entry>, LaboratoryError> {
        let launcher = self.folder.join("launcher");
        let accountant = Accountant::new(self.architecture, &launcher)?;
        let ours = rows.iter().find(|row| row.name == OURS).map(|row| row.total.samples.clone());
        let size = |path: Option<&PathBuf>| Some(fs::metadata(path?).ok()?.len());
        let entry = |(candidate, row): (&Candidate, Row)| Entry {
            to_ours: ours.as_ref().and_then(|ours| Ratio::of(&row.total.samples, ours)),
            usage: accountant.usage(&candidate.plain, ACCOUNTED_RUNS),
            program_bytes: size(candidate.files.first()),
            runtime_bytes: size(candidate.files.get(1)),
            row,
        };
        Ok(candidates.iter().zip(rows).map(entry).collect())
    }
}

fn with_mark(mut candidate: Candidate, marked: Option<PathBuf>) -> Candidate {
    candidate.marked_files = marked.iter().cloned().collect();
    candidate.marked = marked.map(|program| Candidate::new("", program).plain);
    candidate
}
