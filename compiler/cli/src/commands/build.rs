//! `wasmelt build`: modules become executables.

use std::{fs, path::Path, time::Instant};

use wasmelt_driver::{Diagnostic, Source, diagnostics::Code, write_executable};

use crate::{
    args::BuildArgs,
    report::{self, Status, Warnings},
    request::{BuildRequest, Job},
};

/// Builds each module for each target. What fails does not stop the others.
pub(crate) fn build(args: BuildArgs) -> Status {
    let request = match BuildRequest::resolve(args) {
        Ok(request) => request,
        Err(diagnostics) => return report::failure(&diagnostics),
    };
    if let Some(Err(diagnostic)) = request.directory.as_deref().map(create_directory) {
        return report::failure(&[diagnostic]);
    }
    let mut worst = Status::Success;
    for module in &request.modules {
        let status = match Source::read(&module.file) {
            Ok(source) => module.jobs.iter().map(|job| build_one(&source, job, request.quiet)).max(),
            Err(diagnostic) => Some(report::failure(&[diagnostic])),
        };
        worst = worst.max(status.unwrap_or(Status::Success));
    }
    worst
}

fn build_one(source: &Source, job: &Job, quiet: bool) -> Status {
    let begin = Instant::now();
    match build_and_write(source, job) {
        Err(diagnostics) => report::failure(&diagnostics),
        Ok(_) if quiet => Status::Success,
        Ok(bytes) => report::result(&format!(
            "{}: {} for {}, {} in {:.0?}\n",
            source.display,
            job.output.display(),
            job.options.target,
            display_size(bytes),
            begin.elapsed()
        )),
    }
}

/// Says how many bytes were written.
fn build_and_write(source: &Source, job: &Job) -> Result<usize, Vec<Diagnostic>> {
    let executable = wasmelt_driver::build(source, &job.options, &Warnings)?;
    write_executable(&job.output, &executable).map_err(|diagnostic| vec![diagnostic])?;
    Ok(executable.len())
}

fn create_directory(directory: &Path) -> Result<(), Diagnostic> {
    fs::create_dir_all(directory).map_err(|error| {
        Diagnostic::error(Code::Unwritable, format_args!("cannot create the directory: {error}"))
            .in_file(directory.display().to_string())
    })
}

/// `17.3 KiB`
fn display_size(bytes: usize) -> String {
    // Rounding to f64 changes no digit that is displayed.
    let kibibytes = bytes as f64 / 1024.0;
    if kibibytes < 1024.0 { format!("{kibibytes:.1} KiB") } else { format!("{:.1} MiB", kibibytes / 1024.0) }
}
