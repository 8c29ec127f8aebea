//! `wasmelt verify`: an executable is built again, and compared.

use std::{fs, path::PathBuf};

use wasmelt_driver::{Diagnostic, Silent, Source, diagnostics::Code};

use crate::{
    report::{self, Status},
    request::{LibraryFile, parse_library, read_libraries},
};

/// `wasmelt verify`
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// An executable that wasmelt has built
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The module that it was built from
    #[arg(long, value_name = "FILE")]
    wasm: PathBuf,

    /// The modules whose exports became part of it, in the order in which they were given to `wasmelt build`
    #[arg(long = "module", value_name = "NAME=FILE", value_parser = parse_library)]
    libraries: Vec<LibraryFile>,
}

/// Says whether an executable is what its modules become.
pub(crate) fn verify(args: VerifyArgs) -> Status {
    match run(&args) {
        Ok(text) => report::result(&text),
        Err(diagnostics) => report::failure(&diagnostics),
    }
}

fn run(args: &VerifyArgs) -> Result<String, Vec<Diagnostic>> {
    let file = args.file.display().to_string();
    let one = |diagnostic| vec![diagnostic];
    let about = |diagnostic: Diagnostic| diagnostic.in_file(&file);
    let bytes = fs::read(&args.file).map_err(|error| one(about(Diagnostic::error(Code::Unreadable, error))))?;
    let source = Source::read(&args.wasm).map_err(one)?;
    let libraries = read_libraries(&args.libraries).map_err(one)?;
    let differences = wasmelt_driver::verify(&bytes, &source, libraries, &Silent).map_err(|diagnostics| {
        // Those about modules name them.
        let of_executable = |diagnostic: Diagnostic| match diagnostic.file {
            None => about(diagnostic),
            Some(_) => diagnostic,
        };
        diagnostics.into_iter().map(of_executable).collect::<Vec<_>>()
    })?;
    match &differences[..] {
        [] => Ok(format!("{file}: verified: all of its {} bytes are what {} becomes\n", bytes.len(), source.display)),
        differences => {
            Err(differences.iter().map(|difference| about(Diagnostic::error(Code::NotVerified, difference))).collect())
        }
    }
}
