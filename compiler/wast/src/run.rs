//! Files in, reports out.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rayon::prelude::*;
use tempfile::TempDir;
use wasmelt_driver::{Bounds, BuildOptions, Determinism, Diagnostic, Module, Runner};
use wasmelt_targets::Target;

use crate::{
    batch::pack,
    execute::{Context, execute},
    outcome::Outcome,
    report::{Failure, FileReport, Report, Skip},
    resolve::resolve,
    script::{self, Directive, Position},
};

/// How scripts are run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What their modules are compiled for.
    pub target: Target,
    /// How accesses to memories are kept inside.
    pub bounds: Bounds,
    /// Whether results that the specification leaves open are always the same.
    pub determinism: Determinism,
    /// How long one executable may run; what it has not called by then counts as failed.
    pub timeout: Duration,
}

impl Options {
    /// The options for `target`.
    pub fn new(target: Target) -> Options {
        Options {
            target,
            bounds: Bounds::default(),
            determinism: Determinism::default(),
            timeout: Duration::from_secs(60),
        }
    }
}

/// Why scripts cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file or directory cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no place for the executables.
    #[error("cannot create a temporary directory: {0}")]
    Temporary(#[source] io::Error),
    /// Programs for the target cannot be run here.
    #[error("{}", .0.message)]
    Runner(Box<Diagnostic>),
}

/// Runs the scripts in `paths`: files, and what directories hold of files that end in `.wast`.
///
/// # Errors
///
/// If something cannot be read, or programs for the target cannot be run here. Scripts that fail are no error.
pub fn run_paths(paths: &[PathBuf], options: &Options) -> Result<Report, RunError> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    let setup = Setup::new(options)?;
    let reports = files.par_iter().map(|path| {
        let text = fs::read(path).map_err(|source| RunError::Read { path: path.clone(), source })?;
        Ok(setup.run(&path.display().to_string(), &text))
    });
    Ok(Report { target: options.target.to_string(), files: reports.collect::<Result<_, RunError>>()? })
}

/// Runs the script in the file `path`.
///
/// # Errors
///
/// As for [`run_paths`].
pub fn run_file(path: &Path, options: &Options) -> Result<FileReport, RunError> {
    let text = fs::read(path).map_err(|source| RunError::Read { path: path.to_owned(), source })?;
    Ok(Setup::new(options)?.run(&path.display().to_string(), &text))
}

/// Runs scripts that are given as pairs of a name and a text.
///
/// # Errors
///
/// If programs for the target cannot be run here.
pub fn run_texts(scripts: &[(String, &str)], options: &Options) -> Result<Report, RunError> {
    let setup = Setup::new(options)?;
    let files = scripts.par_iter().map(|(name, text)| setup.run(name, text.as_bytes())).collect();
    Ok(Report { target: options.target.to_string(), files })
}

/// Adds `path` to `files`, or the scripts below it if it is a directory, sorted by name.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), RunError> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let unreadable = |source| RunError::Read { path: path.to_owned(), source };
    let entries = fs::read_dir(path).map_err(unreadable)?;
    let mut entries = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "wast") {
            collect(&entry, files)?;
        }
    }
    Ok(())
}

/// The host module.
pub(crate) fn host_module() -> Arc<Module> {
    let bytes = wat::parse_str(include_str!("spectest.wat")).expect("invariant: the host module's text is well-formed");
    Arc::new(Module::parse("spectest", bytes).expect("invariant: the host module is valid"))
}

/// What all scripts share.
struct Setup {
    options: BuildOptions,
    runner: Runner,
    timeout: Duration,
    host_module: Arc<Module>,
    directory: TempDir,
}

impl Setup {
    fn new(options: &Options) -> Result<Setup, RunError> {
        let runner = Runner::find(&options.target).map_err(|diagnostic| RunError::Runner(Box::new(diagnostic)))?;
        let directory = tempfile::tempdir().map_err(RunError::Temporary)?;
        let Options { target, bounds, determinism, timeout } = *options;
        let options = BuildOptions { bounds, determinism, ..BuildOptions::new(target) };
        Ok(Setup { options, runner, timeout, host_module: host_module(), directory })
    }

    fn run(&self, name: &str, text: &[u8]) -> FileReport {
        let script = match std::str::from_utf8(text) {
            Ok(text) => script::parse(text),
            Err(_) => return unreadable(name, Position { line: 1, column: 1 }, "the file is not UTF-8"),
        };
        let script = match script {
            Ok(script) => script,
            Err(error) => return unreadable(name, error.position, &error.message),
        };
        let places: Vec<(Position, &'static str)> =
            script.directives.iter().map(|Directive { position, keyword, .. }| (*position, *keyword)).collect();

        let resolved = resolve(script);
        let mut outcomes = resolved.outcomes;
        let context = self.context();
        let executed = pack(resolved.components).into_par_iter().flat_map_iter(|batch| execute(batch, &context));
        for (place, outcome) in executed.collect::<Vec<_>>() {
            // A directive may take several calls: all have to pass.
            let so_far = outcomes.entry(place).or_insert(Outcome::Passed);
            if *so_far == Outcome::Passed {
                *so_far = outcome;
            }
        }
        report(name, &places, outcomes)
    }

    fn context(&self) -> Context<'_> {
        Context {
            options: &self.options,
            runner: self.runner.clone(),
            timeout: self.timeout,
            directory: self.directory.path(),
            host_module: self.host_module.clone(),
        }
    }
}

/// The report of a file that is no script.
fn unreadable(name: &str, position: Position, message: &str) -> FileReport {
    let Position { line, column } = position;
    let failure = Failure { line, column, directive: "script".to_owned(), message: message.to_owned() };
    FileReport { path: name.to_owned(), failed: 1, failures: vec![failure], ..FileReport::default() }
}

fn report(name: &str, places: &[(Position, &'static str)], mut outcomes: BTreeMap<usize, Outcome>) -> FileReport {
    let mut report = FileReport { path: name.to_owned(), ..FileReport::default() };
    for (place, &(Position { line, column }, keyword)) in places.iter().enumerate() {
        let directive = keyword.to_owned();
        match outcomes.remove(&place).expect("invariant: every directive has an outcome") {
            Outcome::Passed => report.passed += 1,
            Outcome::Failed(message) => report.failures.push(Failure { line, column, directive, message }),
            Outcome::Skipped(reason) => report.skips.push(Skip { line, column, directive, reason }),
        }
    }
    report.failed = report.failures.len();
    report.skipped = report.skips.len();
    report
}
