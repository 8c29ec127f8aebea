//! What the user is told, and the exit status.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use wasmelt_driver::{
    Observer,
    diagnostics::{Class, Code, Diagnostic, Style, render_all},
};

/// How a command ended. A later one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Everything was done.
    Success,
    /// Something was not, because of the input or the machine.
    Failure,
    /// Something was not, because of Wasmelt.
    Bug,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Success => 0,
            Status::Failure => 1,
            // EX_SOFTWARE of sysexits.h.
            Status::Bug => 70,
        })
    }
}

/// Prints `diagnostics`, and says what they mean for the exit status.
pub(crate) fn failure(diagnostics: &[Diagnostic]) -> Status {
    // Nobody is left to be told that standard error cannot be written.
    let _ = io::stderr().write_all(render_all(diagnostics, Style::for_stderr()).as_bytes());
    status(diagnostics)
}

/// What `diagnostics`, of which there are some, mean for the exit status.
pub(crate) fn status(diagnostics: &[Diagnostic]) -> Status {
    let is_bug = diagnostics.iter().any(|diagnostic| diagnostic.class() == Class::Bug);
    if is_bug { Status::Bug } else { Status::Failure }
}

/// Prints what builds warn of.
pub(crate) struct Warnings;

impl Observer for Warnings {
    fn warned(&self, warning: &Diagnostic) {
        // Nobody is left to be told that standard error cannot be written.
        let _ = io::stderr().write_all(render_all(std::slice::from_ref(warning), Style::for_stderr()).as_bytes());
    }
}

/// Prints `text`, a command's result.
pub(crate) fn result(text: &str) -> Status {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => Status::Success,
        // A reader such as `head` has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Status::Success,
        Err(error) => {
            let message = format_args!("cannot write to standard output: {error}");
            failure(&[Diagnostic::error(Code::Unwritable, message)])
        }
    }
}
