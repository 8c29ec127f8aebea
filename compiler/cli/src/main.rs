//! `wasmelt`: compiles WebAssembly to native, sandboxed executables.
//!
//! ```text
//! command line → args (clap) → request (resolved, checked) → commands/<subcommand> → the driver
//! ```
//!
//! Deliberately absent: compiling. Everything here is about what was asked for and how the answer is told.

#![forbid(unsafe_code)]

mod args;
mod batch;
mod commands;
mod report;
mod request;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Subcommand};

fn main() -> ExitCode {
    let status = match Arguments::parse().subcommand {
        Subcommand::Build(args) => commands::build(args),
        Subcommand::Run(args) => commands::run(args),
        Subcommand::Targets => commands::targets(),
        Subcommand::Wast(args) => commands::wast(args),
    };
    status.into()
}
