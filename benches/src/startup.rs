//! From spawn to exit: how long commands take that do next to nothing.
//!
//! ```text
//! plain    spawn ──────────────────────────────► exit      standard output is /dev/null
//! marked   spawn ─────► first instruction ─────► exit      standard output is a pipe; the mark is its first byte
//! ```
//!
//! A sample is the time between the call that spawns a process and the return of the call that waits for it, on the clock
//! of the spawning process. So it includes making the process, `execve`, the page faults, and the exit. Candidates take
//! turns, in an order that is drawn for each round: what changes on the machine in the course of a run changes for all of
//! them. In front of its turn a candidate runs once more, unrecorded, so that each finds in the processor's caches what a
//! second start of it finds, whether a container was there before or a program of a hundred bytes; and directly in front
//! of each sample the first candidate does, so that all have the same neighbour. A long run is followed by a pause, in
//! which the machine finishes what it has left to do. The marked program (`mark.rs`) has its own run in the same turn, after the
//! plain one: what the mark costs is in none of the plain samples.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read},
    ops::ControlFlow,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::fs::{Advice, fadvise};
use serde::Serialize;

use crate::{
    Ratio, Summary,
    statistics::{Draws, all_nanoseconds, nanoseconds},
};

/// How to start a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// The executable file.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its environment, all of it.
    pub environment: Vec<(OsString, OsString)>,
}

/// Something to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What results call it.
    pub name: String,
    /// The program.
    pub plain: CommandLine,
    /// The same program with a mark, if there is one.
    pub marked: Option<CommandLine>,
    /// What is read when it starts, as far as it is known: the program first, then what runs it.
    pub files: Vec<PathBuf>,
    /// The same for the marked program.
    pub marked_files: Vec<PathBuf>,
}

/// How often to measure, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Rounds that are not recorded: they fill the page cache.
    pub warm_up: usize,
    /// Rounds that are; each is one sample of every candidate. At least one.
    pub rounds: usize,
    /// Where the files are when a candidate starts.
    pub page_cache: PageCache,
}

/// Whether files are in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PageCache {
    /// They are.
    Warm,
    /// The candidate's own files are not, as far as that can be had without privileges: what another process maps stays.
    Cold,
}

/// What was measured of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The candidate's name.
    pub name: String,
    /// From spawn to exit.
    pub total: Series,
    /// From spawn to the guest's first instruction, if that can be seen.
    pub first_instruction: Option<Series>,
    /// From there to the exit.
    pub remainder: Option<Series>,
}

/// One figure of one candidate, with its samples.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// The figures.
    pub summary: Summary,
    /// How they compare with the first candidate's.
    pub to_first: Option<Ratio>,
    /// The samples, in the order they were taken.
    #[serde(rename = "samples_ns", serialize_with = "all_nanoseconds")]
    pub samples: Vec<Duration>,
}

/// One marked run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Phases {
    /// From spawn to the guest's first instruction.
    #[serde(serialize_with = "nanoseconds")]
    pub first_instruction: Duration,
    /// From there to the exit.
    #[serde(serialize_with = "nanoseconds")]
    pub remainder: Duration,
}

/// Why there is nothing to compare.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// There is no candidate, or no round.
    #[error("nothing to measure: {candidates} candidates, {rounds} rounds")]
    Nothing {
        /// How many candidates there are.
        candidates: usize,
        /// How many rounds there are.
        rounds: usize,
    },
    /// A candidate could not be started.
    #[error("cannot start {name}: {source}")]
    NotStarted {
        /// The candidate's name.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// A candidate failed, so that how long it took says nothing.
    #[error("{name} failed with {status}")]
    Failed {
        /// The candidate's name.
        name: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A marked candidate ended without a mark.
    #[error("{name} never came to its first instruction")]
    NoMark {
        /// The candidate's name.
        name: String,
    },
}

impl CommandLine {
    /// The command `program` without arguments and environment.
    pub fn new(program: impl Into<PathBuf>) -> CommandLine {
        CommandLine { program: program.into(), arguments: Vec::new(), environment: Vec::new() }
    }

    /// The same with `arguments` after those that it has.
    #[must_use]
    pub fn with<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> CommandLine {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// With no input, its output discarded and no other environment: the same for every candidate.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Candidate {
    /// The command `program` without arguments.
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>) -> Candidate {
        let plain = CommandLine::new(program);
        Candidate {
            name: name.into(),
            files: vec![plain.program.clone()],
            plain,
            marked: None,
            marked_files: Vec::new(),
        }
    }

    /// Runs it once, from spawn to exit.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or fails.
    pub fn run(&self) -> Result<Duration, StartupError> {
        let mut command = self.plain.command();
        let begin = Instant::now();
        let status = command.status();
        let elapsed = begin.elapsed();
        let status = status.map_err(|source| self.not_started(source))?;
        self.succeeded(status).map(|()| elapsed)
    }

    /// Runs it once with a mark; `None` if there is no marked form.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or fails, or gives no mark.
    pub fn run_marked(&self) -> Result<Option<Phases>, StartupError> {
        let Some(line) = &self.marked else { return Ok(None) };
        let mut command = line.command();
        command.stdout(Stdio::piped());
        let begin = Instant::now();
        let mut child = command.spawn().map_err(|source| self.not_started(source))?;
        let marked = await_mark(&mut child);
        let first_instruction = begin.elapsed();
        let status = drain(&mut child).and_then(|()| child.wait());
        let total = begin.elapsed();
        self.succeeded(status.map_err(|source| self.not_started(source))?)?;
        match marked {
            Ok(()) => Ok(Some(Phases { first_instruction, remainder: total - first_instruction })),
            Err(_) => Err(StartupError::NoMark { name: self.name.clone() }),
        }
    }

    /// Drops the candidate's files from memory. What cannot be opened stays where it is, as does what others map.
    fn cool(&self) {
        for file in self.files.iter().chain(&self.marked_files).filter_map(|path| File::open(path).ok()) {
            let _ = fadvise(&file, 0, None, Advice::DontNeed);
        }
    }

    fn succeeded(&self, status: ExitStatus) -> Result<(), StartupError> {
        match status.success() {
            true => Ok(()),
            false => Err(StartupError::Failed { name: self.name.clone(), status }),
        }
    }

    fn not_started(&self, source: io::Error) -> StartupError {
        StartupError::NotStarted { name: self.name.clone(), source }
    }
}

/// Returns when the first byte has come.
fn await_mark(child: &mut Child) -> io::Result<()> {
    child.stdout.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.read_exact(&mut [0])
}

/// Takes what else the program writes: a full pipe would stop it.
fn drain(child: &mut Child) -> io::Result<()> {
    let output = child.stdout.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
    io::copy(output, &mut io::sink()).map(drop)
}

/// The samples of one candidate.
#[derive(Debug, Default)]
struct Samples {
    total: Vec<Duration>,
    first_instruction: Vec<Duration>,
    remainder: Vec<Duration>,
}

impl Samples {
    /// Takes one sample of each figure of `candidate`, each behind a run of `neighbour`.
    fn take(
        &mut self,
        candidate: &Candidate,
        neighbour: &Candidate,
        page_cache: PageCache,
    ) -> Result<(), StartupError> {
        let prepare = || {
            neighbour.run()?;
            if page_cache == PageCache::Cold {
                candidate.cool();
            }
            Ok(())
        };
        settle(candidate.run()?);
        prepare()?;
        let total = candidate.run()?;
        self.total.push(total);
        settle(total);
        if candidate.marked.is_some() {
            prepare()?;
        }
        if let Some(phases) = candidate.run_marked()? {
            self.first_instruction.push(phases.first_instruction);
            self.remainder.push(phases.remainder);
            settle(phases.first_instruction + phases.remainder);
        }
        Ok(())
    }
}

/// Waits while the machine finishes what a run that took `elapsed` has left to do, such as taking namespaces down.
fn settle(elapsed: Duration) {
    const LONG: Duration = Duration::from_millis(1);
    const LONGEST_PAUSE: Duration = Duration::from_millis(20);
    if elapsed > LONG {
        thread::sleep(elapsed.min(LONGEST_PAUSE));
    }
}

/// A round that is over.
#[derive(Clone, Copy, Debug)]
pub struct Round<'a> {
    /// How many there have been, warm-up included.
    pub done: usize,
    /// What each candidate took from spawn to exit, in their order; nothing in a round to warm up.
    pub totals: &'a [Duration],
}

/// Measures `candidates` in turn and compares each with the first; `observe` is told of each round, and may let it be the
/// last one.
///
/// # Errors
///
/// If there is nothing to measure, no round is recorded, or a candidate cannot be started or fails.
pub fn measure(
    candidates: &[Candidate],
    plan: &Plan,
    observe: &mut dyn FnMut(Round<'_>) -> ControlFlow<()>,
) -> Result<Vec<Row>, StartupError> {
    let mut samples: Vec<Samples> = candidates.iter().map(|_| Samples::default()).collect();
    let (mut draws, mut recorded) = (Draws::new(), 0);
    for round in 0..plan.warm_up + plan.rounds {
        if round == plan.warm_up {
            samples.fill_with(Samples::default);
        }
        for at in draws.order(candidates.len()) {
            samples[at].take(&candidates[at], &candidates[0], plan.page_cache)?;
        }
        recorded = (round + 1).saturating_sub(plan.warm_up);
        let totals: Vec<_> = samples.iter().filter_map(|samples| samples.total.last().copied()).collect();
        let totals = if recorded > 0 { &totals[..] } else { &[] };
        if observe(Round { done: round + 1, totals }).is_break() {
            break;
        }
    }
    if recorded == 0 || candidates.is_empty() {
        return Err(StartupError::Nothing { candidates: candidates.len(), rounds: recorded });
    }
    Ok(compare(candidates, samples))
}

fn compare(candidates: &[Candidate], samples: Vec<Samples>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(candidates.len());
    for (candidate, samples) in candidates.iter().zip(samples) {
        let first = rows.first();
        let phase = |samples, of: fn(&Row) -> Option<&Series>| Series::new(samples, first.map(of));
        let Some(total) = phase(samples.total, |row| Some(&row.total)) else { continue };
        let first_instruction = phase(samples.first_instruction, |row| row.first_instruction.as_ref());
        let remainder = phase(samples.remainder, |row| row.remainder.as_ref());
        rows.push(Row { name: candidate.name.clone(), total, first_instruction, remainder });
    }
    rows
}

impl Series {
    /// `None` without samples. `base` is the first candidate's, if this is not the first; its own if it has none is `None`.
    fn new(samples: Vec<Duration>, base: Option<Option<&Series>>) -> Option<Series> {
        let summary = Summary::of(&samples)?;
        let base = base.map_or(Some(&samples), |base| base.map(|base| &base.samples));
        let to_first = base.and_then(|base| Ratio::of(&samples, base));
        Some(Series { summary, to_first, samples })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONCE: Plan = Plan { warm_up: 0, rounds: 1, page_cache: PageCache::Warm };

    fn shell(name: &str, script: &str) -> Candidate {
        Candidate { plain: CommandLine::new("/bin/sh").with(["-c", script]), ..Candidate::new(name, "/bin/sh") }
    }

    fn take(candidates: &[Candidate], plan: &Plan) -> Result<Vec<Row>, StartupError> {
        measure(candidates, plan, &mut |_| ControlFlow::Continue(()))
    }

    #[test]
    fn candidates_are_compared_with_the_first() {
        let candidates = [Candidate::new("floor", "a"), Candidate::new("hello", "b")];
        let samples = [[10, 20, 30], [20, 50, 60]].map(|samples| samples.map(Duration::from_micros).to_vec());
        let samples = samples.map(|total| Samples { total, ..Samples::default() });
        let rows = compare(&candidates, samples.into());
        let ratios: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.total.to_first.unwrap().median)).collect();
        assert_eq!(ratios, [("floor", 1.0), ("hello", 2.5)]);
        assert!(rows.iter().all(|row| row.first_instruction.is_none()));
    }

    #[test]
    fn nothing_is_an_error() {
        assert!(matches!(take(&[], &ONCE), Err(StartupError::Nothing { candidates: 0, rounds: 1 })));
        let candidates = [Candidate::new("never run", "/nonexistent")];
        let plan = Plan { rounds: 0, ..ONCE };
        assert!(matches!(take(&candidates, &plan), Err(StartupError::Nothing { candidates: 1, rounds: 0 })));
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = take(&[Candidate::new("ghost", "/nonexistent/ghost")], &ONCE).unwrap_err();
        assert!(matches!(&error, StartupError::NotStarted { name, .. } if name == "ghost"), "{error}");
    }

    #[test]
    fn a_failing_program_is_no_sample() {
        let error = take(&[shell("failing", "exit 3")], &ONCE).unwrap_err();
        assert!(matches!(&error, StartupError::Failed { status, .. } if status.code() == Some(3)), "{error}");
    }

    #[test]
    fn each_round_is_a_sample() {
        let plan = Plan { warm_up: 1, rounds: 3, page_cache: PageCache::Cold };
        let mut told = Vec::new();
        let working = shell("working", "exit 0");
        let mut observe = |round: Round<'_>| {
            told.push((round.done, round.totals.len()));
            ControlFlow::Continue(())
        };
        let rows = measure(&[working.clone(), working], &plan, &mut observe).unwrap();
        assert!(rows.iter().all(|row| row.total.samples.len() == 3 && row.total.summary.samples == 3));
        assert_eq!(told, [(1, 0), (2, 2), (3, 2), (4, 2)]);
    }

    #[test]
    fn whoever_observes_can_end_it() {
        let plan = Plan { warm_up: 1, rounds: 1000, page_cache: PageCache::Warm };
        let stop_after = |rounds| {
            let mut observe = |round: Round<'_>| match round.done {
                done if done == rounds => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            };
            measure(&[shell("working", "exit 0")], &plan, &mut observe)
        };
        assert_eq!(stop_after(3).unwrap()[0].total.samples.len(), 2);
        assert!(matches!(stop_after(1), Err(StartupError::Nothing { rounds: 0, .. })));
    }

    #[test]
    fn a_mark_parts_the_phases() {
        let marked = |script| Candidate { marked: Some(shell("", script).plain), ..shell("marked", "exit 0") };
        let rows = take(&[marked("echo mark; sleep 0.2")], &ONCE).unwrap();
        assert!(rows[0].remainder.as_ref().unwrap().summary.minimum >= Duration::from_millis(150));
        assert!(matches!(take(&[marked("exit 0")], &ONCE), Err(StartupError::NoMark { .. })));
    }
}
