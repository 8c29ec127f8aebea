//! `wasmelt grant`: an executable with other grants.

use std::fs;

use wasmelt_driver::{Diagnostic, Executable, diagnostics::Code, write_executable};

use crate::{
    args::GrantCommandArgs,
    report::{self, Status},
    request,
};

/// Writes an executable with changed grants.
pub(crate) fn grant(args: GrantCommandArgs) -> Status {
    match run(&args) {
        Ok(()) => Status::Success,
        Err(diagnostics) => report::failure(&diagnostics),
    }
}

fn run(args: &GrantCommandArgs) -> Result<(), Vec<Diagnostic>> {
    let file = args.file.display().to_string();
    let one = |diagnostic: Diagnostic| vec![diagnostic];
    let about = |diagnostic: Diagnostic| vec![diagnostic.in_file(&file)];
    let bytes = fs::read(&args.file).map_err(|error| about(Diagnostic::error(Code::Unreadable, error)))?;
    let executable = Executable::read(&bytes).map_err(about)?;
    // A policy file stands for all grants; flags alone change those that are there.
    let policy = match &args.grants.policy {
        Some(_) => {
            let policy = request::policy(&args.grants)?;
            wasmelt_policy::Policy { program_name: executable.policy.program_name.clone(), ..policy }
        }
        None => {
            let mut policy = executable.policy.clone();
            request::change(&mut policy, &args.grants)?;
            policy
        }
    };
    let changed = executable.with_policy(&bytes, &policy).map_err(about)?;
    write_executable(&args.output, &changed).map_err(one)
}
