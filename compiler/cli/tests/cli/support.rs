//! A directory of fixtures to run `wasmelt` in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;
use wasmelt_driver::{emulator_names, is_available};
use wasmelt_targets::{Architecture, Target};

/// A directory with copies of some fixtures, and a cache of its own beside it.
pub(crate) struct Project {
    directory: TempDir,
    cache: TempDir,
}

impl Project {
    pub(crate) fn new(fixtures: &[&str]) -> Project {
        let project = Project { directory: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
        for fixture in fixtures {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture);
            fs::copy(source, project.path(fixture)).unwrap();
        }
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, contents: &[u8]) {
        fs::write(self.path(name), contents).unwrap();
    }

    /// Names of the files in the directory, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Where `wasmelt run` keeps executables.
    pub(crate) fn cache(&self) -> &Path {
        self.cache.path()
    }

    /// `wasmelt` with `arguments`, in the directory.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.other_command(env!("CARGO_BIN_EXE_wasmelt"));
        command.args(arguments);
        command
    }

    /// Another program, in the directory.
    pub(crate) fn other_command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.directory.path()).env("WASMELT_CACHE_DIR", self.cache.path()).env("NO_COLOR", "1");
        command
    }

    /// What `wasmelt` does with `arguments`.
    pub(crate) fn wasmelt(&self, arguments: &[&str]) -> Finished {
        Finished::of(&mut self.command(arguments))
    }
}

/// What a process has left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    pub(crate) fn of(command: &mut Command) -> Finished {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Finished { status: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Asserts that everything was done.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Finished {
        assert_eq!(self.status, Some(0), "{}", self.stderr);
        self
    }

    /// Asserts exit status 1 and these diagnostics, by their codes, on standard error; nothing else is printed.
    #[track_caller]
    pub(crate) fn failed_with(self, codes: &[&str]) -> Finished {
        let errors = self.stderr.lines().filter_map(|line| line.strip_prefix("error["));
        let found: Vec<&str> = errors.map(|rest| rest.split(']').next().unwrap()).collect();
        assert_eq!((found.as_slice(), self.status, self.stdout.as_str()), (codes, Some(1), ""), "{}", self.stderr);
        self
    }
}

/// The targets whose programs can be built and run here. What is missing for the others is reported.
pub(crate) fn targets_to_run() -> Vec<Target> {
    let runs = |target: &Target| {
        Architecture::host() == Some(target.architecture)
            || wasmelt_testing::require_tool(
                &emulator_names(target.architecture),
                "it runs programs of another architecture",
            )
            .is_some()
    };
    targets_to_build().into_iter().filter(runs).collect()
}

/// The targets whose programs can be built here.
pub(crate) fn targets_to_build() -> Vec<Target> {
    let built_in = |target: &Target| match is_available(target) {
        Ok(()) => true,
        Err(diagnostic) => {
            wasmelt_testing::skip(&diagnostic.message);
            false
        }
    };
    Architecture::ALL.into_iter().map(Target::baseline).filter(built_in).collect()
}
