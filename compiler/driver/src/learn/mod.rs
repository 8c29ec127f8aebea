//! Learning what a module needs: it runs once, everything is audited, and the policy that it needed is told.
//!
//! The program gets what it is granted, and clocks and random bytes unless they are denied. Of files and directories it gets
//! copies: what it changes there is gone afterwards. Its policy is the least that would have allowed what succeeded in this
//! run. Another run may need more.

mod needed;
mod view;

use std::{env, fs, io, path::PathBuf, process::Command};

use tempfile::TempDir;
use wasmelt_policy::{Clocks, Denial, Policy, Randomness};

use crate::{
    AuditEvent, BuildOptions, Diagnostic, Observer, Runner, Source, cache::FunctionCache, diagnostics::Code,
    pipeline::build_cached, write_executable,
};

/// A module that is ready to be learnt from.
#[derive(Debug)]
pub struct Lesson {
    granted: Policy,
    runner: Runner,
    scratch: TempDir,
}

impl Lesson {
    /// Copies what the policy of `options` grants, and builds the module that is to use the copies. Clocks and random bytes
    /// are granted beyond the policy, unless `denials` take them.
    ///
    /// # Errors
    ///
    /// If that cannot be copied, the module cannot be built, or its target does not run here.
    pub fn prepare(
        source: &Source,
        options: &BuildOptions,
        denials: &[Denial],
        observer: &dyn Observer,
        functions: Option<&FunctionCache>,
    ) -> Result<Lesson, Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        let failed =
            |error: io::Error| one(Diagnostic::error(Code::Unwritable, format_args!("no scratch view: {error}")));
        let granted = tried(&options.policy, denials);
        let runner = Runner::find(&options.target).map_err(one)?;
        let scratch = tempfile::tempdir().map_err(failed)?;
        let policy = view::copied(&granted, scratch.path()).map_err(failed)?;
        let bytes = build_cached(source, &BuildOptions { policy, ..options.clone() }, observer, functions)?;
        let lesson = Lesson { granted, runner, scratch };
        write_executable(&lesson.executable(), &bytes).map_err(one)?;
        Ok(lesson)
    }

    /// The command that runs the program once, without arguments.
    pub fn command(&self) -> Command {
        let mut command = self.runner.command(&self.executable());
        command.env("WASMELT_AUDIT", format!("all:{}", self.log().display()));
        command
    }

    /// The least policy that would have allowed what the program has done since; `has_arguments` says whether it was started
    /// with any.
    pub fn learned(&self, has_arguments: bool) -> Policy {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let is_set = |name: &str| env::var_os(name).is_some();
        needed::needed(&self.granted, log.lines().filter_map(AuditEvent::parse), has_arguments, is_set)
    }

    /// How the program runs here.
    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    fn executable(&self) -> PathBuf {
        self.scratch.path().join("program")
    }

    fn log(&self) -> PathBuf {
        self.scratch.path().join("audit")
    }
}

/// What the program is let do. What it uses of it is seen, so it need not be known in advance.
fn tried(granted: &Policy, denials: &[Denial]) -> Policy {
    let mut policy = granted.clone();
    if policy.clocks == Clocks::None {
        policy.clocks = Clocks::Exact;
    }
    if policy.randomness == Randomness::None {
        policy.randomness = Randomness::Real;
    }
    denials.iter().for_each(|denial| policy.deny(denial));
    policy
}
