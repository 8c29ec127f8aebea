//! `wasmelt man`: manual pages.

use std::{fs, io, path::PathBuf};

use clap_mangen::Man;
use wasmelt_driver::{Diagnostic, diagnostics::Code};

use crate::{
    args,
    report::{self, Status},
};

/// `wasmelt man`
#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// Write a page for each subcommand too, into this directory
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Prints the manual page, or writes all pages.
pub(crate) fn man(args: &ManArgs) -> Status {
    match &args.output {
        None => {
            let mut page = Vec::new();
            Man::new(args::command()).render(&mut page).expect("invariant: writing to a Vec cannot fail");
            report::result(&String::from_utf8_lossy(&page))
        }
        Some(directory) => {
            let written = fs::create_dir_all(directory).and_then(|()| write_all(directory));
            let unwritable = |error: io::Error| {
                let message = format_args!("cannot write the manual pages: {error}");
                report::failure(
                    &[Diagnostic::error(Code::Unwritable, message).in_file(directory.display().to_string())],
                )
            };
            written.map_or_else(unwritable, |()| Status::Success)
        }
    }
}

fn write_all(directory: &std::path::Path) -> io::Result<()> {
    clap_mangen::generate_to(args::command(), directory)
}
