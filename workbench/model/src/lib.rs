//! The workbench without a user interface: what it knows, what can be asked of it, and what it does in the background.
//!
//! ```text
//! user ──Action──► update(&mut State, Action) ──Effect──► Jobs ──threads──► Report ──Action::Report──► update …
//!                        │
//!                        └─ view(&State) ──► View, which a user interface draws
//! ```
//!
//! Invariants: [`update`] neither blocks nor touches the machine, so that equal states and actions give equal states and
//! effects; every job has a [`Generation`], and a report of a job that the state no longer waits for changes nothing; a
//! [`View`] is plain data that serialises, and building it does not copy the module.
//!
//! Deliberately absent: widgets, windows, and the stages of the compiler, which are known to `wasmelt-driver` only.

#![forbid(unsafe_code)]

mod action;
mod effect;
mod generation;
mod jobs;
pub mod pages;
pub mod shell;
mod state;
#[cfg(test)]
mod testing;
mod units;
mod update;
mod view;

pub use action::Action;
pub use effect::Effect;
pub use generation::Generation;
pub use jobs::{
    Artifact, BuildEvent, CompareEvent, Document, Event, ExploreEvent, ExportKind, Job, Jobs, Message, Report,
};
pub use pages::Page;
pub use shell::{Dialog, DialogKind, Picker, Purpose, Session};
pub use state::State;
pub use units::{bytes, duration};
pub use update::update;
pub use view::{PageView, View, view};
pub use wasmelt_policy as policy;
