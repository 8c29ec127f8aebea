//! `wasmelt bench`

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Subcommand};

/// `wasmelt bench`
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    pub(crate) subject: Subject,
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Subject {
    /// How fast a program starts, compared with whatever else on this machine can run it
    Startup(StartupArgs),
}

const STARTUP_EXAMPLES: &str = "\
Examples:
  wasmelt bench startup app.wasm
      builds the module, finds the runtimes and containers on this machine, and prints a table
  wasmelt bench startup python.wasm --html report.html -- --version
      runs each with this argument; writes a report with plots
  wasmelt bench startup app.wasm --cold --native ./app
      with files that are not in memory; with the same program as the system's compiler made it

Ratios are to the floor, a program that only exits. Every program must succeed without files and variables.
How each figure is taken is in benches/README.md.";

/// `wasmelt bench startup`
#[derive(Debug, Args)]
#[command(after_help = STARTUP_EXAMPLES)]
pub(crate) struct StartupArgs {
    /// A module, in the binary (.wasm) or the text format (.wat)
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// How often each is run and measured
    #[arg(long, value_name = "NUMBER", default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,

    /// How often each is run before that
    #[arg(long, value_name = "NUMBER", default_value = "5")]
    pub(crate) warm_up: u32,

    /// The same program as a native executable
    #[arg(long, value_name = "PATH")]
    pub(crate) native: Option<PathBuf>,

    /// Drop the programs' files from memory before each run, as far as a user may
    #[arg(long)]
    pub(crate) cold: bool,

    /// Let the programs run on all processors, not on one
    #[arg(long)]
    pub(crate) no_pin: bool,

    /// Print the report as JSON, with all samples
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,

    /// Print the samples as CSV, one run a line
    #[arg(long)]
    pub(crate) csv: bool,

    /// Write a report with plots, one file that needs no other
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,

    /// Arguments of the program
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<OsString>,
}
