//! What the command line asks for, resolved and checked.

mod engine;
mod grants;
mod libraries;
mod outputs;
mod size;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use wasmelt_driver::{
    Bounds, BuildOptions, Determinism, Diagnostic, Emit, ImageOptions, Library, Optimization, Sandbox,
    cache::{Cache, DEFAULT_BOUND, FunctionCache},
    diagnostics::Code,
};
use wasmelt_policy::{Denial, Policy};
use wasmelt_targets::{Architecture, Target};

use crate::args::{BoundsMode, BuildArgs, CodeArgs, CompileArgs, EmitMode, Goal, GrantArgs, RunArgs, SandboxMode};
use crate::project::{self, Project};

use grants::denials;
pub(crate) use grants::{change, policy, read_policy};
pub(crate) use libraries::{LibraryFile, parse_library, read_libraries};
use outputs::Outputs;
pub(crate) use size::{Size, parse_heap_size, parse_stack_size};

/// What `wasmelt build` is to do.
#[derive(Debug)]
pub(crate) struct BuildRequest {
    /// The modules' files, in order.
    pub(crate) modules: Vec<PathBuf>,
    /// The executables, in order of their modules.
    pub(crate) jobs: Vec<Job>,
    /// Directories for the executables, which may have to be created.
    pub(crate) directories: Vec<PathBuf>,
    /// Whether to say nothing of what succeeds.
    pub(crate) quiet: bool,
    /// Whether a failure keeps other jobs from beginning.
    pub(crate) fail_fast: bool,
    /// Where compiled functions are kept.
    pub(crate) functions: Option<FunctionCache>,
}

/// One output.
#[derive(Debug)]
pub(crate) struct Job {
    /// Index of its module.
    pub(crate) module: usize,
    /// How the module is compiled; for an image, the target is that of the first executable.
    pub(crate) options: BuildOptions,
    /// The image that it is, if it is one.
    pub(crate) image: Option<ImageOptions>,
    pub(crate) output: PathBuf,
}

impl Job {
    /// What the output is for.
    pub(crate) fn targets(&self) -> &[Target] {
        self.image.as_ref().map_or(std::slice::from_ref(&self.options.target), |image| &image.targets)
    }

    /// The same for display: `x86_64-linux, aarch64-linux`
    pub(crate) fn target_names(&self) -> String {
        self.targets().iter().map(Target::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// What `wasmelt run` is to do.
#[derive(Debug)]
pub(crate) struct RunRequest {
    pub(crate) file: PathBuf,
    pub(crate) options: BuildOptions,
    pub(crate) arguments: Vec<OsString>,
    /// What is denied on the command line, and so not in the policy.
    pub(crate) denials: Vec<Denial>,
}

impl BuildRequest {
    /// # Errors
    ///
    /// If two executables would have one name, one would replace an input, or a library or the project file cannot be read.
    pub(crate) fn resolve(args: BuildArgs) -> Result<BuildRequest, Vec<Diagnostic>> {
        if args.files.is_empty() {
            return project::read().and_then(|project| BuildRequest::of_project(project, args).map_err(one));
        }
        let targets = distinct_targets(args.targets).map_err(one)?;
        let libraries = read_libraries(&args.compile.libraries).map_err(one)?;
        let sandbox = sandbox(&args.grants);
        let policy = policy(&args.grants)?;
        let emit = args.emit.unwrap_or(EmitMode::Exe);
        let created = source_date().map_err(one)?;
        let mut outputs = Outputs::new(args.output, &args.files, targets.len(), emit);
        let mut jobs = Vec::with_capacity(args.files.len() * targets.len());
        for (module, file) in args.files.iter().enumerate() {
            let options = options(targets[0], &args.compile, libraries.clone(), policy.clone());
            let options = BuildOptions { sandbox, grantable: args.grants.grantable, ..options };
            let wanted = Wanted { module, file, name: stem(file), targets: &targets, emit, created };
            jobs.extend(wanted.jobs(&options, &mut outputs).map_err(one)?);
        }
        let directories = outputs.into_directory().into_iter().collect();
        let functions = functions(args.no_cache);
        let (quiet, fail_fast) = (args.quiet, args.fail_fast);
        Ok(BuildRequest { modules: args.files, jobs, directories, quiet, fail_fast, functions })
    }

    /// What `project` says, except for what the command line says otherwise.
    fn of_project(project: Project, args: BuildArgs) -> Result<BuildRequest, Diagnostic> {
        let modules: Vec<PathBuf> = project.modules.iter().map(|module| module.path.clone()).collect();
        let created = source_date()?;
        let mut outputs = Outputs::in_directory(args.output.or(project.output), &modules);
        let mut jobs = Vec::new();
        for (number, (module, file)) in project.modules.into_iter().zip(&modules).enumerate() {
            let named = if args.targets.is_empty() { module.targets } else { args.targets.clone() };
            let targets = distinct_targets(named)?;
            let libraries = read_libraries(&module.compile.libraries)?;
            let name = module.name.as_deref().unwrap_or(stem(file));
            let options = options(targets[0], &module.compile, libraries, module.policy);
            let options = BuildOptions { sandbox: module.sandbox, ..options };
            let emit = args.emit.or(module.emit).unwrap_or(EmitMode::Exe);
            let wanted = Wanted { module: number, file, name, targets: &targets, emit, created };
            jobs.extend(wanted.jobs(&options, &mut outputs)?);
        }
        let directories = outputs.into_directory().into_iter().collect();
        let functions = functions(args.no_cache);
        let (quiet, fail_fast) = (args.quiet, args.fail_fast);
        Ok(BuildRequest { modules, jobs, directories, quiet, fail_fast, functions })
    }
}

/// What one module is to become.
struct Wanted<'i, 'a> {
    /// Its index.
    module: usize,
    file: &'i Path,
    /// What outputs are called.
    name: &'a Path,
    targets: &'a [Target],
    emit: EmitMode,
    created: Option<u32>,
}

impl<'i> Wanted<'i, '_> {
    /// The jobs: one for all targets of an image, otherwise one for each.
    fn jobs(&self, options: &BuildOptions, outputs: &mut Outputs<'i>) -> Result<Vec<Job>, Diagnostic> {
        let &Wanted { module, file, name, targets, emit, created } = self;
        if emit == EmitMode::Oci {
            let title = name.to_string_lossy().into_owned();
            let image = Some(ImageOptions { name: title, targets: targets.to_vec(), created });
            let output = outputs.claim(file, name, None, emit)?;
            return Ok(vec![Job { module, options: options.clone(), image, output }]);
        }
        let job = |target| {
            let options = BuildOptions { target, emit: single(emit), ..options.clone() };
            let output = outputs.claim(file, name, (targets.len() > 1).then_some(&target), emit)?;
            Ok(Job { module, options, image: None, output })
        };
        targets.iter().copied().map(job).collect()
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
        let (grantable, denials) = (args.grants.grantable, denials(&args.grants));
        let mut options = BuildOptions { sandbox, grantable, ..options(target, &args.compile, libraries, policy) };
        engine::apply(&mut options, &args.engine)?;
        denials.iter().for_each(|denial| options.policy.deny(denial));
        Ok(RunRequest { file: args.file, options, arguments: args.arguments, denials })
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

/// The user's cache. Without a place for one, everything is compiled.
fn functions(is_refused: bool) -> Option<FunctionCache> {
    if is_refused { None } else { Cache::of_user().ok().map(|cache| cache.functions(DEFAULT_BOUND)) }
}

/// What a module becomes for one target.
fn single(mode: EmitMode) -> Emit {
    match mode {
        EmitMode::Exe | EmitMode::Oci => Emit::Executable,
        EmitMode::Obj => Emit::Object,
        EmitMode::Clif => Emit::Clif,
        EmitMode::Asm => Emit::Assembly,
    }
}

/// The time that outputs bear, where reproducible builds say one: `SOURCE_DATE_EPOCH`, in seconds since 1970.
fn source_date() -> Result<Option<u32>, Diagnostic> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    seconds.map(Some).ok_or_else(|| {
        let message = format_args!("SOURCE_DATE_EPOCH is `{}`, not a number of seconds", text.display());
        Diagnostic::error(Code::InvalidOption, message).with_help("write the seconds since 1970, up to 4294967295")
    })
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
