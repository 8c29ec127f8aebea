//! What else runs the program, as far as this machine has it.
//!
//! A rival is found on the `PATH`, prepared (a cache filled, a root folder written), and tried once. What is not there, or
//! cannot run the program here, is named with the reason.

mod containers;
mod runtimes;

use std::{
    env,
    ffi::{OsStr, OsString},
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde::Serialize;

use crate::startup::{Candidate, CommandLine};

/// A rival that is not measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// What rivals are prepared from.
#[derive(Debug)]
pub struct Workshop<'a> {
    /// A folder for their files, as an absolute path.
    pub folder: &'a Path,
    /// The program.
    pub plain: Form,
    /// The program with a mark, if it can have one.
    pub marked: Option<Form>,
    /// Its arguments.
    pub arguments: &'a [OsString],
    /// Where rivals are looked for, if not on the `PATH`.
    pub search: Option<&'a OsStr>,
}

/// The program in both of its forms.
#[derive(Clone, Debug)]
pub struct Form {
    /// What its files are called.
    pub name: &'static str,
    /// The binary module.
    pub module: PathBuf,
    /// Our executable.
    pub executable: PathBuf,
}

/// What is ready to run, or why it is not, by candidate.
type Prepared = Vec<(String, io::Result<Candidate>)>;

/// A rival: its name, and how it is prepared, given its executable file.
type Rival = (&'static str, fn(&Workshop<'_>, &Path) -> Prepared);

const RIVALS: &[Rival] = &[
    ("wasmtime", runtimes::wasmtime),
    ("wasmer", runtimes::wasmer),
    ("iwasm", runtimes::iwasm),
    ("wasm3", runtimes::wasm3),
    ("wazero", runtimes::wazero),
    ("node", runtimes::node),
    ("bwrap", containers::bubblewrap),
    ("crun", containers::crun),
    ("runc", containers::runc),
    ("podman", containers::podman),
    ("docker", containers::docker),
];

/// Programs that run a program in a container, as their results are called. A sandbox without an image is not one.
const CONTAINERS: [&str; 4] = ["crun", "runc", "podman", "docker"];

/// Whether the candidate called `name` is a container.
pub fn is_container(name: &str) -> bool {
    CONTAINERS.contains(&name)
}

/// Prepares and tries every rival; `next` is told of each, and may end it.
pub fn find(
    shop: &Workshop<'_>,
    next: &mut dyn FnMut(&str) -> ControlFlow<()>,
) -> ControlFlow<(), (Vec<Candidate>, Vec<Missing>)> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for (name, prepare) in RIVALS {
        next(name)?;
        let Some(program) = on_path(name, shop.search) else {
            let reason = if shop.search.is_some() { "not in these folders" } else { "not on the PATH" };
            missing.push(Missing { name: (*name).to_owned(), reason: reason.to_owned() });
            continue;
        };
        for (name, candidate) in prepare(shop, &program) {
            match candidate.and_then(tried) {
                Ok(candidate) => found.push(candidate),
                Err(error) => missing.push(Missing { name, reason: error.to_string() }),
            }
        }
    }
    ControlFlow::Continue((found, missing))
}

/// The executable file that a shell would find, with `search` as its `PATH` if there is one.
fn on_path(name: &str, search: Option<&OsStr>) -> Option<PathBuf> {
    let folders = search.map(OsStr::to_owned).or_else(|| env::var_os("PATH"))?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// `candidate`, if both of its forms run.
fn tried(candidate: Candidate) -> io::Result<Candidate> {
    attempt(&candidate.plain)?;
    candidate.marked.as_ref().map_or(Ok(()), attempt)?;
    Ok(candidate)
}

/// Runs `line`; an error has the last line that it wrote to standard error.
fn attempt(line: &CommandLine) -> io::Result<()> {
    let output = line.command().stderr(Stdio::piped()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let said = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no message");
    Err(io::Error::other(format!("{}: {}", output.status, said.trim())))
}

impl Workshop<'_> {
    /// A candidate that runs each form of the program with what `line` makes of it; `file` is what it reads of it.
    fn candidate(
        &self,
        name: &str,
        runtime: &Path,
        file: impl Fn(&Form) -> PathBuf,
        mut line: impl FnMut(&Form) -> io::Result<CommandLine>,
    ) -> (String, io::Result<Candidate>) {
        let both = line(&self.plain).and_then(|plain| Ok((plain, self.marked.as_ref().map(line).transpose()?)));
        let files = vec![file(&self.plain), runtime.to_owned()];
        let marked_files = self.marked.iter().map(file).chain([runtime.to_owned()]).collect();
        let candidate =
            both.map(|(plain, marked)| Candidate { name: name.to_owned(), plain, marked, files, marked_files });
        (name.to_owned(), candidate)
    }

    /// A new folder for files of `name`.
    fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_run_says_why() {
        let line = CommandLine::new("/bin/sh").with(["-c", "echo first >&2; echo last >&2; echo >&2; exit 3"]);
        assert_eq!(attempt(&line).unwrap_err().to_string(), "exit status: 3: last");
        assert!(on_path("sh", None).is_some());
        assert!(on_path("no-such-program", None).is_none());
        assert!(on_path("sh", Some(OsStr::new("/nonexistent"))).is_none());
    }
}
