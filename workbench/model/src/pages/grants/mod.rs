//! What the module may reach, and how it runs with that.
//!
//! ```text
//! cards ──Change──► policy ⇄ text          draft.rs, change.rs
//! policy ──RunRequest──► job ──RunEvent──► console, denials     run/
//! a denial ──Allowance──► policy, and the module runs again
//! a run of learning ──► a smaller policy, and how it differs
//! ```

mod action;
mod card;
mod change;
mod draft;
mod needs;
mod run;
mod state;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use action::{Action, Field};
pub use card::Card;
pub use change::Change;
pub use draft::Draft;
pub use run::{
    Console, Denied, Ended, Line, Phase, Progress, Purpose, Run, RunEvent, RunRequest, Status, Stream, Usage,
};
pub use state::{Forms, Pane, State};
pub use view::{
    Body, CardView, ConsoleView, DenialView, DifferenceLine, DifferenceMark, EndView, LearnedView, LimitView, PathView,
    ProblemView, Remedy, RunState, RunView, TextView, VariableView, View,
};

pub(crate) use update::{chosen, close, report, update};
pub(crate) use view::view;
