//! `wasmelt wast`: the specification's test scripts, run as native code.

use wasmelt_driver::{Diagnostic, diagnostics::Code};
use wasmelt_wast::{Options, Report, RunError, run_paths};

use crate::{
    args::WastArgs,
    report::{self, Status},
    request::{code_options, target_or_default},
};

/// Runs scripts and prints what came of them.
pub(crate) fn wast(args: WastArgs) -> Status {
    let report = match run(&args) {
        Ok(report) => report,
        Err(diagnostic) => return report::failure(&[diagnostic]),
    };
    let text = if args.json {
        let json = serde_json::to_string_pretty(&report).expect("invariant: a report has string keys only");
        json + "\n"
    } else {
        report.to_string()
    };
    let printed = report::result(&text);
    let judged = if report.failed() == 0 { Status::Success } else { Status::Failure };
    printed.max(judged)
}

fn run(args: &WastArgs) -> Result<Report, Diagnostic> {
    let (bounds, determinism) = code_options(args.code);
    let options = Options { bounds, determinism, ..Options::new(target_or_default(args.target)?) };
    run_paths(&args.paths, &options).map_err(|error| match error {
        RunError::Runner(diagnostic) => *diagnostic,
        error @ RunError::Read { .. } => Diagnostic::error(Code::Unreadable, error),
        error @ RunError::Temporary(_) => Diagnostic::error(Code::Unwritable, error),
    })
}
