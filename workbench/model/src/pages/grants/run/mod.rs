//! The module as it runs: what is asked of its job, and what the job tells.

mod console;
mod denied;

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use wasmelt_driver::{AuditEvent, Source};
use wasmelt_policy::{Allowance, Policy};
use wasmelt_targets::{Architecture, Target};

use crate::Generation;

pub use console::{Console, Line};
pub use denied::Denied;

/// What a run is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRequest {
    /// Why it runs.
    pub purpose: Purpose,
    /// The module.
    pub source: Arc<Source>,
    /// What it runs on.
    pub target: Target,
    /// What it may reach.
    pub policy: Policy,
    /// Its arguments, which it sees if the policy says so.
    pub arguments: Vec<String>,
}

/// Why a module runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// For what it does.
    Run,
    /// To see what it needs; what it changes are copies.
    Learn,
}

/// What happened in a run.
#[derive(Clone, Debug)]
pub enum RunEvent {
    /// The program begins.
    Began {
        /// The emulator that it runs under, if the processor is another.
        emulator: Option<String>,
    },
    /// The program goes on. The next report comes when this one is dropped.
    Progress(Arc<Progress>),
    /// The program has ended, or could not begin; then there are diagnostics.
    Ended(Result<Ended, String>),
}

/// What a program has done since it was told last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What it has written.
    pub output: Vec<(Stream, String)>,
    /// How many bytes it has written before that, which nobody can see any more.
    pub lost: u64,
    /// What it was denied, and how many times until now.
    pub denials: Vec<(AuditEvent, u64)>,
}

/// A standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard input.
    Input,
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its status.
    pub status: Status,
    /// What it has used.
    pub usage: Usage,
    /// The least policy that would have done, if that was the question.
    pub learned: Option<Policy>,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// By itself, with this status.
    Exited(i32),
    /// By this signal.
    Killed(i32),
    /// It was stopped here.
    Stopped,
}

/// What a process has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// From its start to its end.
    pub wall: Duration,
    /// Processor time of its own.
    pub user: Duration,
    /// Processor time of the kernel for it.
    pub system: Duration,
    /// The most resident bytes that were seen from time to time.
    pub peak: Option<u64>,
}

/// The module as it runs, or ran last.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it runs on.
    pub architecture: Architecture,
    /// Its arguments, as typed.
    pub arguments: String,
    /// The next line of its input, as typed.
    pub input: String,
    /// How far it is.
    pub phase: Phase,
    /// What it has read and written.
    pub console: Console,
    /// What it was denied.
    pub denials: Vec<Denied>,
    /// What was learnt from it.
    pub learned: Option<Policy>,
    /// What this run may do beyond the policy.
    pub(super) once: Vec<Allowance>,
    /// What this run may do.
    pub(super) granted: Policy,
    /// Whether it is to run again when it has ended.
    pub(super) again: bool,
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has run.
    #[default]
    Idle,
    /// The executable is being built.
    Building {
        /// The job.
        job: Generation,
        /// Why.
        purpose: Purpose,
    },
    /// The program runs.
    Running {
        /// The job.
        job: Generation,
        /// Why.
        purpose: Purpose,
        /// The emulator that it runs under.
        emulator: Option<String>,
    },
    /// The program has ended.
    Ended {
        /// How.
        ended: Ended,
        /// The emulator that it ran under.
        emulator: Option<String>,
    },
    /// It could not be built or started.
    Failed {
        /// The diagnostics.
        text: String,
    },
    /// It was not wanted any more before it began.
    Abandoned,
}

impl Default for Run {
    fn default() -> Run {
        Run {
            architecture: Architecture::host().unwrap_or(Architecture::X86_64),
            arguments: String::new(),
            input: String::new(),
            phase: Phase::default(),
            console: Console::default(),
            denials: Vec::new(),
            learned: None,
            once: Vec::new(),
            granted: Policy::default(),
            again: false,
        }
    }
}

impl Run {
    /// The job at work.
    pub(super) fn job(&self) -> Option<Generation> {
        match self.phase {
            Phase::Building { job, .. } | Phase::Running { job, .. } => Some(job),
            _ => None,
        }
    }
}
