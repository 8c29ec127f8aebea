//! `wasmelt completions`: what shells need to complete command lines.

use clap_complete::{Shell, generate};

use crate::{
    args,
    report::{self, Status},
};

/// `wasmelt completions`
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the shell's script.
pub(crate) fn completions(args: &CompletionsArgs) -> Status {
    let mut script = Vec::new();
    generate(args.shell, &mut args::command(), "wasmelt", &mut script);
    report::result(&String::from_utf8_lossy(&script))
}
