//! Measuring: how fast programs start, and what a figure is worth.
//!
//! ```text
//! module ──laboratory──► Candidates ──startup::measure──► samples, taken in turn ──Summary, Ratio──► Report
//!             mark, rivals, floor                          account, machine
//! ```
//!
//! Commands and plain data go in, plain data that serialises comes out; nothing is printed here. `wasmelt bench`
//! and the benchmarks in `benches/` are built on it, and `README.md` says how each figure is taken.
//!
//! Invariants: candidates that are compared are measured in turn, in one run; a program that fails is an error, never a
//! sample; samples are not thrown away.
//!
//! Deliberately absent: absolute promises. A figure holds for the machine it was taken on; what is compared are ratios.

#![forbid(unsafe_code)]

pub mod account;
mod claims;
mod distribution;
pub mod edit;
pub mod floor;
pub mod laboratory;
pub mod machine;
pub mod mark;
pub mod report;
pub mod rivals;
pub mod samples;
pub mod startup;
mod statistics;

pub use claims::{Claim, claims};
pub use distribution::Distribution;
pub use statistics::{Ratio, Summary};
