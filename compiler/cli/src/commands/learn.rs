//! `wasmelt learn`: a module runs once, everything is audited, and the policy that it needed is printed.

use std::{io, process::ExitStatus};

use wasmelt_driver::{Diagnostic, Lesson, Silent, Source, diagnostics::Code};
use wasmelt_policy::Policy;

use crate::{
    args::RunArgs,
    report::{self, Status},
    request::RunRequest,
};

/// Runs a module and prints the policy that it needed.
pub(crate) fn learn(args: RunArgs) -> Status {
    match RunRequest::resolve(args).and_then(|request| run(&request)) {
        Ok((policy, status)) => {
            let printed = report::result(&format!("{}{}", remarks(&policy), policy.to_document()));
            if status.success() {
                return printed;
            }
            let message = format_args!("the program ended with {status}: what it needed on its way is printed");
            printed.max(report::failure(&[Diagnostic::error(Code::NotStarted, message)]))
        }
        Err(diagnostics) => report::failure(&diagnostics),
    }
}

fn run(request: &RunRequest) -> Result<(Policy, ExitStatus), Vec<Diagnostic>> {
    let one = |diagnostic| vec![diagnostic];
    let source = Source::read(&request.file).map_err(one)?;
    let lesson = Lesson::prepare(&source, &request.options, &request.denials, &Silent, None)?;
    let mut command = lesson.command();
    // What the program prints is not the policy.
    command.args(&request.arguments).stdout(io::stderr());
    let status = command.status().map_err(|error| one(Diagnostic::error(Code::NotStarted, error)))?;
    Ok((lesson.learned(!request.arguments.is_empty()), status))
}

/// What the policy does not say of itself, as comments.
fn remarks(policy: &Policy) -> &'static str {
    match policy.environment.is_empty() && !policy.inherit_environment {
        true => "",
        false => "# Variables are read all at once: which of those below the program has made use of is not known.\n\n",
    }
}
