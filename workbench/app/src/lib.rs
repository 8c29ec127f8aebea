//! The workbench as a desktop application: a shell around `wasmelt-workbench-model`.
//!
//! ```text
//! logic: reports of jobs, dropped files ──Action──►┐
//! ui:    View ──pages draw──► Vec<Action> ───────►┴─ update ──Effect──► jobs
//! ```
//!
//! Invariants: a page sees a view and returns actions, and cannot reach the state; actions are applied after everything is
//! drawn, so that a frame shows one state; nothing here reads a file or waits. Every control has a name by which a screen
//! reader, and a test, can find it.
//!
//! Deliberately absent: decisions. What an action does is the model's.

#![forbid(unsafe_code)]

mod dialogs;
mod keys;
mod pages;
mod shell;
mod widgets;
mod workbench;

pub use workbench::Workbench;
