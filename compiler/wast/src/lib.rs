//! Runs the specification's test scripts (`.wast`) as native code.
//!
//! Data in: the text of scripts and a target. Data out: a [`Report`]: for each file, how many directives passed, and where
//! and why the others did not.
//!
//! ```text
//! text → Script           directives, decoded; modules as binaries              script/
//!      → components       instances that share state, with their directives     resolve.rs
//!      → batches          components of one executable                          batch.rs
//!      → jobs             a program and the calls to make in it                 link.rs, grown.rs
//!      → records          built by the driver, executed, read back              execute.rs, process.rs
//!      → outcomes         compared with what the script expects                 outcome.rs
//! ```
//!
//! Every call of a script runs in compiled code, in the order of the script, with the state that earlier calls left
//! behind; a trap ends a call and nothing else. Directives that need no execution (modules that are malformed, invalid or do
//! not link) are decided by the compiler's front end.
//!
//! Invariants: each directive of a script gets exactly one outcome; reports do not depend on the number of threads.
//!
//! Deliberately absent: an interpreter, and knowledge of any stage behind the driver.

#![forbid(unsafe_code)]

mod batch;
mod compile;
mod execute;
mod grown;
mod link;
mod outcome;
mod process;
mod report;
mod resolve;
mod run;
mod script;

pub use compile::withstand;
pub use execute::run_calls;
pub use outcome::Record;
pub use wasmelt_driver::{Bounds, Determinism};

pub use report::{Failure, FileReport, Report, Skip};
pub use run::{Options, RunError, run_file, run_paths, run_texts};
