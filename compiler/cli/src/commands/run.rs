//! `wasmelt run`: a module becomes an executable in the cache, and then this process.

use std::{convert::Infallible, os::unix::process::CommandExt};

use wasmelt_driver::{Diagnostic, Runner, Source, cache::Cache, diagnostics::Code};

use crate::{
    args::RunArgs,
    report::{self, Status, Warnings},
    request::RunRequest,
};

/// Runs a module. Returns only if that fails.
pub(crate) fn run(args: RunArgs) -> Status {
    match RunRequest::resolve(args).and_then(|request| start(&request)) {
        Ok(never) => match never {},
        Err(diagnostics) => report::failure(&diagnostics),
    }
}

fn start(request: &RunRequest) -> Result<Infallible, Vec<Diagnostic>> {
    let one = |diagnostic| vec![diagnostic];
    let source = Source::read(&request.file).map_err(one)?;
    let runner = Runner::find(&request.options.target).map_err(one)?;
    let cache = Cache::of_user().map_err(one)?;
    let executable = cache.executable(&source, &request.options, &Warnings)?;
    let error = runner.command(&executable).args(&request.arguments).exec();
    let message = format_args!("cannot start the program: {error}");
    Err(one(Diagnostic::error(Code::NotStarted, message).in_file(executable.display().to_string())))
}
