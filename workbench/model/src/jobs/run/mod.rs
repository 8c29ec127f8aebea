//! The job that runs a module in the sandbox, in a process of its own.

mod gathered;
mod process;
#[cfg(test)]
mod tests;

use std::{
    io::{self, PipeReader, PipeWriter},
    os::fd::AsRawFd,
    process::Command,
};

use wasmelt_driver::{
    BuildOptions, Diagnostic, Lesson, Runner, Silent,
    cache::{Cache, DEFAULT_BOUND},
    diagnostics::{Code, Style, render_all},
};

use crate::{
    Event,
    pages::grants::{Ended, Purpose, RunEvent, RunRequest},
};

use super::{Reporter, inbox::Inbox};

/// `None` if the program is not wanted any more before it has begun.
type Outcome = Result<Option<Ended>, Vec<Diagnostic>>;

pub(super) fn run(request: &RunRequest, reporter: &Reporter) {
    // Whoever cancels after this is heard here, whoever did before by `is_cancelled`.
    let inbox = reporter.inboxes.open(reporter.generation);
    let outcome = match request.purpose {
        Purpose::Run => run_once(request, &inbox, reporter),
        Purpose::Learn => learn(request, &inbox, reporter),
    };
    if let Some(ended) = outcome.map_err(|diagnostics| render_all(&diagnostics, Style::Plain)).transpose() {
        reporter.send(Event::Run(RunEvent::Ended(ended)));
    }
}

fn run_once(request: &RunRequest, inbox: &Inbox, reporter: &Reporter) -> Outcome {
    let runner = Runner::find(&request.target).map_err(one)?;
    let cache = Cache::of_user().map_err(one)?;
    let executable = cache.executable(&request.source, &options(request), &Silent)?;
    let audit = Audit::open().map_err(not_started)?;
    let mut command = runner.command(&executable);
    command.env("WASMELT_AUDIT", audit.path());
    execute(command, request, Some(audit), &runner, inbox, reporter)
}

fn learn(request: &RunRequest, inbox: &Inbox, reporter: &Reporter) -> Outcome {
    let functions = Cache::of_user().ok().map(|cache| cache.functions(DEFAULT_BOUND));
    let lesson = Lesson::prepare(&request.source, &options(request), &[], &Silent, functions.as_ref())?;
    let ended = execute(lesson.command(), request, None, lesson.runner(), inbox, reporter)?;
    Ok(ended.map(|ended| Ended { learned: Some(lesson.learned(!request.arguments.is_empty())), ..ended }))
}

fn execute(
    mut command: Command,
    request: &RunRequest,
    audit: Option<Audit>,
    runner: &Runner,
    inbox: &Inbox,
    reporter: &Reporter,
) -> Outcome {
    if reporter.is_cancelled() {
        return Ok(None);
    }
    let emulator = match runner {
        Runner::Native => None,
        Runner::Emulator(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()),
    };
    reporter.send(Event::Run(RunEvent::Began { emulator }));
    command.args(&request.arguments);
    process::supervise(command, audit, inbox, reporter).map(Some).map_err(not_started)
}

fn options(request: &RunRequest) -> BuildOptions {
    let options = BuildOptions::new(request.target);
    let stack_bytes = request.policy.limits.stack.unwrap_or(options.stack_bytes);
    BuildOptions { policy: request.policy.clone(), stack_bytes, ..options }
}

fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}

fn not_started(error: io::Error) -> Vec<Diagnostic> {
    one(Diagnostic::error(Code::NotStarted, format_args!("cannot start the program: {error}")))
}

/// A pipe for the program's audit. The program opens it by its path before it enters the sandbox, and so need not inherit it.
#[derive(Debug)]
struct Audit {
    reader: PipeReader,
    writer: PipeWriter,
}

impl Audit {
    fn open() -> io::Result<Audit> {
        let (reader, writer) = io::pipe()?;
        Ok(Audit { reader, writer })
    }

    fn path(&self) -> String {
        format!("/proc/{}/fd/{}", std::process::id(), self.writer.as_raw_fd())
    }
}
