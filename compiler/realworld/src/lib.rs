//! Real programs as tests: other people's C and Rust, built to WebAssembly from the sources in registry packages, compiled
//! by Wasmelt, executed on every target, and compared with the output that is known to be right.
//!
//! ```text
//! registry packages ──► sources      package.rs
//! sources ──► .wasm                  c.rs, rust.rs, kept in a Workshop (workshop.rs)
//! .wasm + policy ──► executable      the driver
//! executable ──► output, status      run.rs
//! ```
//!
//! What is built is listed in `program.rs`; the programs' own parts (mains, scripts, expected output) lie in `programs/`, and
//! the tests in `tests/`. Expected outputs were compared with those of the same sources compiled natively, or with
//! another engine, when they were written down.
//!
//! Deliberately absent: any part of the compiler. Nothing depends on this crate but tests and benchmarks.

#![forbid(unsafe_code)]

mod c;
mod package;
mod program;
mod run;
mod rust;
mod suite;
mod workshop;

pub use program::Program;
pub use run::{Finished, Job, run};
pub use rust::WasiRust;
pub use suite::find_suite;
pub use workshop::{BuildError, Workshop};
