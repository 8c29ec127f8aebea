//! From spawn to exit: how long commands take that do next to nothing.
//!
//! One sample is the time between the call that spawns a process and the return of the call that waits for it, on the clock
//! of the spawning process. So it includes making the process, `execve`, the page faults, and the exit. Candidates take
//! turns, each round beginning with another one: what changes on the machine in the course of a run changes for all of
//! them, and no candidate always follows the same neighbour.

use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use serde::Serialize;

use crate::{Ratio, Summary};

/// A command to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What results call it.
    pub name: String,
    /// The executable file.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// How often to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Rounds that are not recorded: they fill the page cache.
    pub warm_up: usize,
    /// Rounds that are; each is one sample of every candidate. At least one.
    pub rounds: usize,
}

/// What was measured in one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The candidates, in the order they were given.
    pub rows: Vec<Row>,
}

/// What was measured of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The candidate's name.
    pub name: String,
    /// The samples, in the order they were taken.
    pub samples: Vec<Duration>,
    /// Their figures.
    pub summary: Summary,
    /// How they compare with the first candidate's.
    pub ratio: Ratio,
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
}

impl Candidate {
    /// The command `program` without arguments.
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>) -> Candidate {
        Candidate { name: name.into(), program: program.into(), arguments: Vec::new() }
    }

    /// Runs it once, with no input, its output discarded and an empty environment: the same for every candidate.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or fails.
    pub fn run(&self) -> Result<Duration, StartupError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begin = Instant::now();
        let status = command.status();
        let elapsed = begin.elapsed();
        match status {
            Ok(status) if status.success() => Ok(elapsed),
            Ok(status) => Err(StartupError::Failed { name: self.name.clone(), status }),
            Err(source) => Err(StartupError::NotStarted { name: self.name.clone(), source }),
        }
    }
}

/// Measures `candidates` in turn and compares each with the first.
///
/// # Errors
///
/// If there is nothing to measure, or a candidate cannot be started or fails.
pub fn measure(candidates: &[Candidate], plan: &Plan) -> Result<Comparison, StartupError> {
    for round in 0..plan.warm_up {
        for at in turns(candidates.len(), round) {
            candidates[at].run()?;
        }
    }
    let mut samples = vec![Vec::with_capacity(plan.rounds); candidates.len()];
    for round in 0..plan.rounds {
        for at in turns(candidates.len(), round) {
            samples[at].push(candidates[at].run()?);
        }
    }
    let nothing = StartupError::Nothing { candidates: candidates.len(), rounds: plan.rounds };
    compare(candidates, samples).ok_or(nothing)
}

/// The order of the candidates in a round: each round begins one further on.
fn turns(candidates: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..candidates).map(move |turn| (turn + round) % candidates)
}

/// `None` if there is no candidate, or one has no samples.
fn compare(candidates: &[Candidate], samples: Vec<Vec<Duration>>) -> Option<Comparison> {
    let base = Summary::of(samples.first()?)?;
    let row = |(candidate, samples): (&Candidate, Vec<Duration>)| {
        let summary = Summary::of(&samples)?;
        Some(Row { name: candidate.name.clone(), ratio: summary.ratio_to(&base), summary, samples })
    };
    let rows = candidates.iter().zip(samples).map(row).collect::<Option<_>>()?;
    Some(Comparison { rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_candidate_has_one_turn_in_every_round() {
        let order: Vec<Vec<_>> = (0..4).map(|round| turns(3, round).collect()).collect();
        assert_eq!(order, [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]]);
    }

    #[test]
    fn candidates_are_compared_with_the_first() {
        let candidates = [Candidate::new("floor", "a"), Candidate::new("hello", "b")];
        let samples = [[10, 20, 30], [20, 50, 60]].map(|samples| samples.map(Duration::from_micros).to_vec());
        let comparison = compare(&candidates, samples.to_vec()).unwrap();
        let ratios: Vec<_> = comparison.rows.iter().map(|row| (row.name.as_str(), row.ratio)).collect();
        let expected = [("floor", Ratio { minimum: 1.0, median: 1.0 }), ("hello", Ratio { minimum: 2.0, median: 2.5 })];
        assert_eq!(ratios, expected);
    }

    #[test]
    fn nothing_is_an_error() {
        let plan = Plan { warm_up: 0, rounds: 1 };
        assert!(matches!(measure(&[], &plan), Err(StartupError::Nothing { candidates: 0, rounds: 1 })));
        let candidates = [Candidate::new("never run", "/nonexistent")];
        let plan = Plan { warm_up: 0, rounds: 0 };
        assert!(matches!(measure(&candidates, &plan), Err(StartupError::Nothing { candidates: 1, rounds: 0 })));
    }

    #[test]
    fn a_missing_program_is_named() {
        let candidates = [Candidate::new("ghost", "/nonexistent/ghost")];
        let error = measure(&candidates, &Plan { warm_up: 0, rounds: 1 }).unwrap_err();
        assert!(matches!(&error, StartupError::NotStarted { name, .. } if name == "ghost"), "{error}");
    }

    #[test]
    fn a_failing_program_is_no_sample() {
        let failing =
            Candidate { arguments: vec!["-c".into(), "exit 3".into()], ..Candidate::new("failing", "/bin/sh") };
        let error = measure(&[failing], &Plan { warm_up: 0, rounds: 1 }).unwrap_err();
        assert!(matches!(&error, StartupError::Failed { status, .. } if status.code() == Some(3)), "{error}");
    }

    #[test]
    fn each_round_is_a_sample() {
        let working =
            Candidate { arguments: vec!["-c".into(), "exit 0".into()], ..Candidate::new("working", "/bin/sh") };
        let comparison = measure(&[working.clone(), working], &Plan { warm_up: 1, rounds: 3 }).unwrap();
        assert!(comparison.rows.iter().all(|row| row.samples.len() == 3 && row.summary.samples == 3));
    }
}
