//! Two fuzzers.
//!
//! `compare`: a seed becomes a module, which Wasmelt and another engine, Wasmtime, execute with the same arguments; they have
//! to agree. Both generate code with Cranelift, but share nothing else: what this tests is translation, layout, linking and
//! the runtime.
//!
//! ```text
//! seed → module                   generate.rs
//!      → steps                    what to call and to look at, with arguments     steps.rs
//!      → two lists of outcomes    oracle.rs; subject.rs, observer.rs
//!      → a verdict                compare.rs
//!      → a smaller module         reduce.rs
//! ```
//!
//! `mutate`: modules with random changes go through the whole compiler, which must neither panic, nor call anything its own
//! bug, nor hang (`mutated.rs`).
//!
//! Invariant: a seed always gives the same case.
//!
//! Deliberately absent: coverage guidance.

#![forbid(unsafe_code)]

mod compare;
mod generate;
mod mutated;
mod observer;
mod oracle;
mod reduce;
mod steps;
mod subject;

pub use compare::{Verdict, compare};
pub use generate::{comparable, compilable};
pub use mutated::mutated;
pub use oracle::Oracle;
pub use reduce::reduce;
pub use subject::Subject;
