//! What the command line asks for, resolved and checked.

mod grants;
mod libraries;
mod outputs;
mod size;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use wasmelt_driver::{
    Bounds, BuildOptions, Determinism, Diagnostic, Library, Optimization, Sandbox, diagnostics::Code,
};
use wasmelt_policy::Policy;
use wasmelt_targets::{Architecture, Target};

use crate::args::{BoundsMode, BuildArgs, CodeArgs, CompileArgs, Goal, GrantArgs, RunArgs, SandboxMode};

pub(crate) use grants::{change, policy};
use libraries::read_libraries;
pub(crate) use libraries::{LibraryFile, parse_library};
use outputs::Outputs;
pub(crate) use size::{Size, parse_heap_size, parse_stack_size};

/// What `wasmelt build` is to do.
#[derive(Debug)]
pub(crate) struct BuildRequest {
    /// Modules, in order.
    pub(crate) modules: Vec<ModuleRequest>,
    /// The directory for the executables, if it may have to be created.
    pub(crate) directory: Option<PathBuf>,
    /// Whether to say nothing of what succeeds.
    pub(crate) quiet: bool,
}

/// A module, and what it is to become.
#[derive(Debug)]
pub(crate) struct ModuleRequest {
    pub(crate) file: PathBuf,
    /// One for each target.
    pub(crate) jobs: Vec<Job>,
}

/// One executable.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) options: BuildOptions,
    pub(crate) output: PathBuf,
}

/// What `wasmelt run` is to do.
#[derive(Debug)]
pub(crate) struct RunRequest {
    pub(crate) file: PathBuf,
    pub(crate) options: BuildOptions,
    pub(crate) arguments: Vec<OsString>,
}

impl BuildRequest {
    /// # Errors
    ///
    /// If two executables would have one name, one would replace an input, or a library cannot be read.
    pub(crate) fn resolve(args: BuildArgs) -> Result<BuildRequest, Vec<Diagnostic>> {
        let targets = distinct_targets(args.targets).map_err(one)?;
        let libraries = read_libraries(&args.compile.libraries).map_err(one)?;
        let sandbox = sandbox(&args.grants);
        let policy = policy(&args.grants)?;
        let mut outputs = Outputs::new(args.output, &args.files, targets.len());
        let mut modules = Vec::with_capacity(args.files.len());
        for file in &args.files {
            let mut jobs = Vec::with_capacity(targets.len());
            for target in &targets {
                let options = options(*target, &args.compile, libraries.clone(), policy.clone());
                let options = BuildOptions { sandbox, grantable: args.grants.grantable, ..options };
                jobs.push(Job { options, output: outputs.claim(file, target).map_err(one)? });
            }
            modules.push(ModuleRequest { file: file.clone(), jobs });
        }
        Ok(BuildRequest { modules, directory: outputs.into_directory(), quiet: args.quiet })
    }
}

impl RunRequest {
    /// # Errors
    ///
    /// If there is no default target, or a library cannot be read.
    pub(crate) fn resolve(args: RunArgs) -> Result<RunRequest, Vec<Diagnostic>> {
        let target = target_or_default(args.target).map_err(one)?;
        let sandbox = sandbox(&args.grants);
        let mut policy = policy(&args.grants)?;
        // Whoever writes arguments on this command line grants them.
        policy.arguments.inherit |= !args.arguments.is_empty();
        let libraries = read_libraries(&args.compile.libraries).map_err(one)?;
        let grantable = args.grants.grantable;
        let options = BuildOptions { sandbox, grantable, ..options(target, &args.compile, libraries, policy) };
        Ok(RunRequest { file: args.file, options, arguments: args.arguments })
    }
}

/// `target`, or else the portable one of this machine's architecture.
///
/// # Errors
///
/// If there is none.
pub(crate) fn target_or_default(target: Option<Target>) -> Result<Target, Diagnostic> {
    target.or_else(|| Architecture::host().map(Target::baseline)).ok_or_else(|| {
        Diagnostic::error(Code::InvalidOption, "this machine's architecture is not one that wasmelt compiles for")
            .with_help("name a target with `--target`; `wasmelt targets` lists them")
    })
}

fn distinct_targets(named: Vec<Target>) -> Result<Vec<Target>, Diagnostic> {
    if named.is_empty() {
        return Ok(vec![target_or_default(None)?]);
    }
    let mut distinct = Vec::with_capacity(named.len());
    for target in named {
        if !distinct.contains(&target) {
            distinct.push(target);
        }
    }
    Ok(distinct)
}

fn options(target: Target, args: &CompileArgs, libraries: Vec<Library>, policy: Policy) -> BuildOptions {
    let optimization = match args.optimize {
        Goal::None => Optimization::None,
        Goal::Speed => Optimization::Speed,
        Goal::Size => Optimization::Size,
    };
    let (bounds, determinism) = code_options(args.code);
    let stack_bytes = policy.limits.stack.unwrap_or(args.stack_size.bytes());
    BuildOptions {
        optimization,
        bounds,
        determinism,
        policy,
        stack_bytes,
        max_gc_heap_bytes: args.max_gc_heap.bytes(),
        strip: args.strip,
        libraries,
        ..BuildOptions::new(target)
    }
}

/// What `args` ask of the code.
pub(crate) fn code_options(args: CodeArgs) -> (Bounds, Determinism) {
    let bounds = match args.bounds {
        BoundsMode::Auto => Bounds::Auto,
        BoundsMode::Guard => Bounds::Guard,
        BoundsMode::Explicit => Bounds::Explicit,
    };
    (bounds, if args.deterministic { Determinism::Deterministic } else { Determinism::Native })
}

fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}

fn sandbox(args: &GrantArgs) -> Sandbox {
    match (args.sandbox, args.require_sandbox) {
        (_, true) => Sandbox::Required,
        (SandboxMode::On, false) => Sandbox::On,
        (SandboxMode::Off, false) => Sandbox::Off,
    }
}

/// The file name of `file` without its extension.
fn stem(file: &Path) -> &Path {
    file.file_stem().map_or(file, Path::new)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use wasmelt_policy::Arguments;

    use super::*;
    use crate::args::{self, Subcommand};

    fn run_request(line: &[&str]) -> RunRequest {
        let line = ["wasmelt", "run", "app.wasm", "--target", "x86_64-linux"].iter().chain(line);
        match args::Arguments::parse_from(line).subcommand {
            Subcommand::Run(args) => RunRequest::resolve(args).unwrap(),
            _ => panic!("`run` was parsed as something else"),
        }
    }

    #[test]
    fn nothing_is_granted_by_default() {
        assert_eq!(run_request(&[]).options.policy, Policy::default());
    }

    #[test]
    fn written_arguments_are_granted() {
        let request = run_request(&["--", "-x", "y"]);
        assert_eq!(request.arguments, ["-x", "y"]);
        assert!(request.options.policy.arguments.inherit);
    }

    #[test]
    fn grants_become_the_policy() {
        let policy = run_request(&["--dir", "a::b:ro", "--env", "A=1", "--env", "B", "--arg", "-v"]).options.policy;
        assert_eq!(policy.directories, ["a::b:ro".parse().unwrap()]);
        assert_eq!(policy.environment, ["A=1".parse().unwrap(), "B".parse().unwrap()]);
        assert_eq!(policy.arguments, Arguments { fixed: vec!["-v".parse().unwrap()], inherit: false });
    }

    #[test]
    fn the_sandbox_is_on_unless_it_is_turned_off() {
        let sandbox = |line: &[&str]| run_request(line).options.sandbox;
        assert_eq!(sandbox(&[]), Sandbox::On);
        assert_eq!(sandbox(&["--sandbox", "off"]), Sandbox::Off);
        assert_eq!(sandbox(&["--require-sandbox"]), Sandbox::Required);
    }

    #[test]
    fn code_is_as_asked_for() {
        let code = |line: &[&str]| {
            let options = run_request(line).options;
            (options.bounds, options.determinism)
        };
        assert_eq!(code(&[]), (Bounds::Auto, Determinism::Native));
        assert_eq!(code(&["--bounds", "guard"]).0, Bounds::Guard);
        assert_eq!(code(&["--bounds", "explicit", "--deterministic"]), (Bounds::Explicit, Determinism::Deterministic));
    }

    #[test]
    fn targets_named_twice_count_once() {
        let targets = ["x86_64-linux", "aarch64-linux", "x86_64-linux:x86-64-v2"].map(|name| name.parse().unwrap());
        assert_eq!(distinct_targets(targets.to_vec()).unwrap(), targets[..2]);
    }
}
