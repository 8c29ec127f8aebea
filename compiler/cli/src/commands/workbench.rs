//! `wasmelt workbench`: the desktop application, which is a program of its own.

use std::{env, os::unix::process::CommandExt, path::PathBuf, process::Command};

use wasmelt_driver::{Diagnostic, diagnostics::Code};

use crate::report::{self, Status};

const PROGRAM: &str = "wasmelt-workbench";

/// `wasmelt workbench`
#[derive(Debug, clap::Args)]
pub(crate) struct WorkbenchArgs {
    /// A module to open, in the binary (.wasm) or the text format (.wat)
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Becomes the workbench; returns only if there is none.
pub(crate) fn workbench(args: &WorkbenchArgs) -> Status {
    let error = Command::new(program()).args(&args.file).exec();
    let message = format_args!("the workbench cannot be started: {error}");
    let help = "it is built from Wasmelt's sources by `cargo install --path workbench/app`, and looked for beside \
                wasmelt and on the search path";
    report::failure(&[Diagnostic::error(Code::NotStarted, message).with_help(help)])
}

/// The one beside this program, which is of the same version; else the one on the search path.
fn program() -> PathBuf {
    let beside = env::current_exe().ok().map(|wasmelt| wasmelt.with_file_name(PROGRAM));
    beside.filter(|path| path.is_file()).unwrap_or_else(|| PathBuf::from(PROGRAM))
}
