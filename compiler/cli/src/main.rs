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
mod project;
mod report;
mod request;

use std::process::ExitCode;

use clap::FromArgMatches;

use crate::args::{Arguments, Subcommand};

fn main() -> ExitCode {
    let matches = args::command().get_matches_from(args::words());
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let status = match arguments.subcommand {
        Subcommand::Build(args) => commands::build(args),
        Subcommand::Init(args) => commands::init(&args),
        Subcommand::Run(args) => commands::run(args),
        Subcommand::Inspect(args) => commands::inspect(args),
        Subcommand::Verify(args) => commands::verify(args),
        Subcommand::Grant(args) => commands::grant(args),
        Subcommand::Learn(args) => commands::learn(args),
        Subcommand::Bench(args) => commands::bench(args),
        Subcommand::Targets => commands::targets(),
        Subcommand::Wast(args) => commands::wast(args),
        Subcommand::Workbench(args) => commands::workbench(&args),
        Subcommand::Cache(args) => commands::cache(&args),
        Subcommand::Explain(args) => commands::explain(&args),
        Subcommand::Completions(args) => commands::completions(&args),
        Subcommand::Man(args) => commands::man(&args),
    };
    status.into()
}
