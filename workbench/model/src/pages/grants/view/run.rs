//! The running module, and how it ended.

use std::collections::VecDeque;

use serde::{Serialize, Serializer};
use wasmelt_targets::Architecture;

use crate::{
    State,
    pages::grants::{Line, Phase, Purpose, Run, Status, Stream, Usage},
};

use super::{DenialView, LearnedView, denial, difference};

/// The running module.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunView<'a> {
    /// What it can run on; the marked one is chosen.
    #[serde(serialize_with = "names")]
    pub platforms: Vec<(Architecture, bool)>,
    /// The arguments, as typed.
    pub arguments: &'a str,
    /// What is to be known about them before it runs.
    pub arguments_note: Option<&'static str>,
    /// Whether granting them helps.
    pub can_grant_arguments: bool,
    /// Whether it can be run now.
    pub can_run: bool,
    /// Whether there is something to stop.
    pub can_stop: bool,
    /// Whether it takes input.
    pub takes_input: bool,
    /// The next line of input, as typed.
    pub input: &'a str,
    /// How far it is.
    pub state: RunState<'a>,
    /// What it has read and written.
    pub console: ConsoleView<'a>,
    /// What it was denied.
    pub denials: Vec<DenialView<'a>>,
    /// What was learnt from it.
    pub learned: Option<LearnedView>,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum RunState<'a> {
    /// Nothing has run; what is to be done first, if anything is.
    Idle {
        /// A sentence.
        hint: &'static str,
    },
    /// The executable is being built.
    Building,
    /// The program runs.
    Running {
        /// To see what it needs.
        learns: bool,
        /// The emulator that it runs under.
        emulator: Option<&'a str>,
    },
    /// The program has ended.
    Ended(EndView<'a>),
    /// It could not be built or started.
    Failed {
        /// The diagnostics.
        text: &'a str,
    },
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EndView<'a> {
    /// In a word or two.
    pub title: String,
    /// Whether something went wrong.
    pub failed: bool,
    /// What the runtime has said about it: the trap, the limit.
    pub message: Option<&'a str>,
    /// What it has used.
    pub usage: Usage,
    /// The emulator that it ran under.
    pub emulator: Option<&'a str>,
}

/// What a program has read and written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConsoleView<'a> {
    /// The lines, in order.
    pub lines: &'a VecDeque<Line>,
    /// How many bytes came before them.
    pub lost: u64,
}

pub(super) fn view(state: &State) -> RunView<'_> {
    let run = &state.grants.run;
    let arguments = shlex::split(&run.arguments);
    let inherits = state.grants.draft.policy().arguments.inherit;
    let is_unseen = !inherits && arguments.as_ref().is_some_and(|list| !list.is_empty());
    let is_open = state.module.opened().is_some();
    let chosen = |architecture| architecture == run.architecture;
    RunView {
        platforms: Architecture::ALL.map(|architecture| (architecture, chosen(architecture))).into(),
        arguments: &run.arguments,
        arguments_note: match &arguments {
            None => Some("A quotation mark is not closed."),
            Some(_) => is_unseen.then_some("Arguments are not granted: it will not see them."),
        },
        can_grant_arguments: is_unseen,
        can_run: is_open && run.job().is_none() && arguments.is_some(),
        can_stop: run.job().is_some(),
        takes_input: matches!(run.phase, Phase::Running { .. }),
        input: &run.input,
        state: run_state(run, is_open),
        console: ConsoleView { lines: run.console.lines(), lost: run.console.lost() },
        denials: denial::view(&state.grants),
        learned: run.learned.as_ref().map(|learned| difference::view(&state.grants.draft, learned)),
    }
}

fn names<S: Serializer>(platforms: &[(Architecture, bool)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(platforms.iter().map(|(architecture, is_chosen)| (architecture.name(), is_chosen)))
}

fn run_state(run: &Run, is_open: bool) -> RunState<'_> {
    match &run.phase {
        Phase::Idle if is_open => RunState::Idle { hint: "Run it, and see what it does and what it is denied." },
        Phase::Idle => RunState::Idle { hint: "Open a module first." },
        Phase::Abandoned => RunState::Idle { hint: "Stopped before it began." },
        Phase::Building { .. } => RunState::Building,
        Phase::Running { purpose, emulator, .. } => {
            RunState::Running { learns: *purpose == Purpose::Learn, emulator: emulator.as_deref() }
        }
        Phase::Failed { text } => RunState::Failed { text },
        Phase::Ended { ended, emulator } => {
            let is_failure = !matches!(ended.status, Status::Exited(0) | Status::Stopped);
            let message = message(run).filter(|_| is_failure);
            RunState::Ended(EndView {
                title: title(ended.status, message),
                failed: is_failure,
                message,
                usage: ended.usage,
                emulator: emulator.as_deref(),
            })
        }
    }
}

/// The last line that the runtime itself has written.
fn message(run: &Run) -> Option<&str> {
    let errors = run.console.lines().iter().rev().filter(|line| line.stream == Stream::Error);
    errors.map(|line| line.text.as_str()).find_map(|text| text.strip_prefix("wasmelt: "))
}

fn title(status: Status, message: Option<&str>) -> String {
    let is_about = |what: &str| message.is_some_and(|message| message.starts_with(what));
    match status {
        Status::Exited(0) => "Finished".to_owned(),
        Status::Exited(134) if is_about("trap") => "Trapped (status 134)".to_owned(),
        Status::Exited(124) if is_about("limit") => "A limit was reached (status 124)".to_owned(),
        Status::Exited(126) => "Could not start with these grants (status 126)".to_owned(),
        Status::Exited(code) => format!("Ended with status {code}"),
        // SIGSYS is how the filter of system calls ends a process.
        Status::Killed(31) => "Killed by the sandbox (signal 31)".to_owned(),
        Status::Killed(signal) => format!("Killed by signal {signal}"),
        Status::Stopped => "Stopped".to_owned(),
    }
}
