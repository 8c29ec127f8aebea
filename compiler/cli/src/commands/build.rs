//! `wasmelt build`: modules become executables.

use std::{
    fs,
    io::{IsTerminal, stderr},
    path::Path,
};

use wasmelt_driver::{Diagnostic, diagnostics::Code};

use crate::{
    args::{BuildArgs, MessageFormat},
    batch::{self, Bars, Json, Lines, Listener},
    report::{self, Status},
    request::BuildRequest,
};

/// Builds each module for each target.
pub(crate) fn build(args: BuildArgs) -> Status {
    let format = args.message_format;
    if let Some(jobs) = args.jobs {
        // It fails only if the pool is there already, which nothing before this has asked for.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build_global();
    }
    match BuildRequest::resolve(args)
        .and_then(|request| create_directories(&request).map(|()| request).map_err(|diagnostic| vec![diagnostic]))
    {
        Ok(request) => build_all(&request, format),
        Err(diagnostics) => refused(&diagnostics, format),
    }
}

fn build_all(request: &BuildRequest, format: MessageFormat) -> Status {
    let (bars, lines, json);
    let listener: &dyn Listener = match format {
        MessageFormat::Json => {
            json = Json(request);
            &json
        }
        MessageFormat::Human if stderr().is_terminal() && request.jobs.len() > 1 && !request.quiet => {
            bars = Bars::new(request);
            &bars
        }
        MessageFormat::Human => {
            lines = Lines::new(request);
            &lines
        }
    };
    let outcomes = batch::run(request, listener);
    listener.finished(&request.jobs, &request.modules, &outcomes);
    outcomes.iter().map(batch::Outcome::status).max().unwrap_or(Status::Success)
}

fn refused(diagnostics: &[Diagnostic], format: MessageFormat) -> Status {
    match format {
        MessageFormat::Human => report::failure(diagnostics),
        MessageFormat::Json => {
            Json::refused(diagnostics);
            report::status(diagnostics)
        }
    }
}

fn create_directories(request: &BuildRequest) -> Result<(), Diagnostic> {
    request.directories.iter().try_for_each(|directory| create_directory(directory))
}

fn create_directory(directory: &Path) -> Result<(), Diagnostic> {
    fs::create_dir_all(directory).map_err(|error| {
        Diagnostic::error(Code::Unwritable, format_args!("cannot create the directory: {error}"))
            .in_file(directory.display().to_string())
    })
}
