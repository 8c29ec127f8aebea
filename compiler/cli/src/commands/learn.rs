//! `wasmelt learn`: a module runs once, everything is audited, and the policy that it needed is printed.
//!
//! The program gets what the command line grants it, and clocks and random bytes unless they are denied. Of files and
//! directories it gets copies: what it changes there is gone afterwards. Its policy is the least that would have allowed what
//! succeeded in this run. Another run may need more.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process::ExitStatus,
};

use serde_json::Value;
use wasmelt_driver::{BuildOptions, Diagnostic, Runner, Silent, Source, diagnostics::Code, write_executable};
use wasmelt_policy::{Access, Clocks, Directory, GrantedFile, Policy, Randomness, Streams, Variable};

use crate::{
    args::RunArgs,
    report::{self, Status},
    request::RunRequest,
};

/// Most files of a directory that are granted one by one.
const MOST_FILES: usize = 16;

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
    let failed = |error: io::Error| vec![Diagnostic::error(Code::Unwritable, format_args!("no scratch view: {error}"))];
    let granted = &tried(request);
    let scratch = tempfile::tempdir().map_err(failed)?;
    let view = scratch_view(granted, scratch.path()).map_err(failed)?;
    let source = Source::read(&request.file).map_err(one)?;
    let runner = Runner::find(&request.options.target).map_err(one)?;
    let options = BuildOptions { policy: view, ..request.options.clone() };
    let bytes = wasmelt_driver::build(&source, &options, &Silent)?;
    let executable = scratch.path().join("program");
    write_executable(&executable, &bytes).map_err(one)?;

    let log = scratch.path().join("audit");
    let mut command = runner.command(&executable);
    command.args(&request.arguments).env("WASMELT_AUDIT", format!("all:{}", log.display()));
    // What the program prints is not the policy.
    command.stdout(io::stderr());
    let status = command.status().map_err(|error| one(Diagnostic::error(Code::NotStarted, error)))?;
    let events = fs::read_to_string(&log).unwrap_or_default();
    let is_set = |name: &str| std::env::var_os(name).is_some();
    Ok((needed(granted, &events, !request.arguments.is_empty(), is_set), status))
}

/// What the program is let do. What it uses of it is seen, so it need not be known in advance.
fn tried(request: &RunRequest) -> Policy {
    let mut policy = request.options.policy.clone();
    if policy.clocks == Clocks::None {
        policy.clocks = Clocks::Exact;
    }
    if policy.randomness == Randomness::None {
        policy.randomness = Randomness::Real;
    }
    request.denials.iter().for_each(|denial| policy.deny(denial));
    policy
}

/// The policy with copies of its files and directories.
fn scratch_view(granted: &Policy, scratch: &Path) -> io::Result<Policy> {
    let mut view = Policy { directories: Vec::new(), files: Vec::new(), ..granted.clone() };
    for (number, directory) in granted.directories.iter().enumerate() {
        let copy = scratch.join(format!("directory-{number}"));
        copy_directory(Path::new(directory.host()), &copy)?;
        let directory = Directory::new(&copy.display().to_string(), directory.guest(), directory.access());
        view.directories.push(directory.map_err(io::Error::other)?);
    }
    for file in &granted.files {
        if !fs::metadata(file.host())?.is_file() {
            // A pipe or a device: there is no copy of it.
            view.grant_file(file.clone());
            continue;
        }
        let guest = file.directory().guest().to_owned();
        // Files of one directory stay in one.
        let same = granted.files.iter().position(|first| first.directory().guest() == guest);
        let copy = scratch.join(format!("files-{}", same.unwrap_or(0)));
        fs::create_dir_all(&copy)?;
        let copy = copy.join(file.name());
        fs::copy(file.host(), &copy)?;
        let copy = Directory::new(&copy.display().to_string(), &file.guest(), file.access());
        let copy = copy.map_err(io::Error::other)?;
        view.grant_file(GrantedFile::new(&copy).map_err(io::Error::other)?);
    }
    Ok(view)
}

fn copy_directory(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_directory(&from, &to)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&from)?, &to)?;
        } else if kind.is_file() {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// What was done: with paths, by the numbers of the granted directories and files, and with all else, by the flags that
/// allow it.
#[derive(Default)]
struct Used {
    /// In directories: what was read, below them.
    read: BTreeMap<usize, BTreeSet<PathBuf>>,
    written: BTreeSet<usize>,
    /// Whether something was changed by a descriptor of a directory that the program has opened: nobody knows in which.
    written_somewhere: bool,
    /// Files that are granted by their names, and whether they were written.
    files: BTreeMap<usize, bool>,
    flags: BTreeSet<String>,
}

/// The least of `granted` that the audited events need. `has_arguments` says whether the program was started with any, and
/// `is_set` whether a variable was there.
fn needed(granted: &Policy, events: &str, has_arguments: bool, is_set: impl Fn(&str) -> bool) -> Policy {
    let used = Used::of(granted, events);
    let has = |flag: &str| used.flags.contains(flag);
    let mut policy = Policy {
        streams: Streams {
            input: has("--allow-stdio=stdin"),
            output: has("--allow-stdio=stdout"),
            error: has("--allow-stdio=stderr"),
        },
        clocks: if has("--allow-clock") { granted.clocks } else { Clocks::None },
        randomness: if has("--allow-random") { granted.randomness } else { Randomness::None },
        limits: granted.limits,
        ..Policy::default()
    };
    if has("--allow-args") {
        policy.arguments = granted.arguments.clone();
        policy.arguments.inherit &= has_arguments;
    }
    if has("--allow-env") {
        let there = |variable: &&Variable| variable.value().is_some() || is_set(variable.name());
        policy.environment = granted.environment.iter().filter(there).cloned().collect();
        policy.inherit_environment = granted.inherit_environment;
    }
    if has("--allow-listen") {
        policy.network = granted.network.clone();
    }
    used.paths(granted, &mut policy);
    policy
}

/// What the policy does not say of itself, as comments.
fn remarks(policy: &Policy) -> &'static str {
    match policy.environment.is_empty() && !policy.inherit_environment {
        true => "",
        false => "# Variables are read all at once: which of those below the program has made use of is not known.\n\n",
    }
}

impl Used {
    fn of(granted: &Policy, events: &str) -> Used {
        let mut used = Used::default();
        for event in events.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            let text = |key: &str| event[key].as_str().unwrap_or_default();
            if event["errno"] != 0 {
                continue;
            }
            match text("allow").split('=').next().unwrap_or_default() {
                path @ ("--allow-read" | "--allow-write") => {
                    used.path(granted, path == "--allow-write", Path::new(text("path")));
                }
                _ => drop(used.flags.insert(text("allow").to_owned())),
            }
        }
        used
    }

    fn path(&mut self, granted: &Policy, writes: bool, path: &Path) {
        if let Some(file) = granted.files.iter().position(|file| Path::new(&file.guest()) == path) {
            *self.files.entry(file).or_default() |= writes;
            return;
        }
        let directories = granted.directories.iter().enumerate();
        // The most specific directory is the one that the program uses.
        let found = directories
            .filter(|(_, directory)| path.starts_with(directory.guest()))
            .max_by_key(|(_, directory)| directory.guest().len());
        let Some((number, directory)) = found else {
            self.written_somewhere |= writes;
            return;
        };
        let below = path.strip_prefix(directory.guest()).unwrap_or(Path::new("")).to_owned();
        if writes {
            self.written.insert(number);
        }
        self.read.entry(number).or_default().insert(below);
    }

    fn paths(&self, granted: &Policy, policy: &mut Policy) {
        for (&number, &writes) in &self.files {
            let file = &granted.files[number];
            policy.grant_file(file.with_access(if writes { file.access() } else { Access::ReadOnly }));
        }
        for (&number, paths) in &self.read {
            let directory = &granted.directories[number];
            let files: Option<Vec<GrantedFile>> = paths.iter().map(|path| file(directory, path)).collect();
            match files {
                _ if self.written.contains(&number) => policy.grant_directory(directory.clone()),
                Some(files) if files.len() <= MOST_FILES => files.into_iter().for_each(|file| policy.grant_file(file)),
                // A directory was opened, and something in it can have been changed.
                None if self.written_somewhere => policy.grant_directory(directory.clone()),
                _ => policy.grant_directory(directory.with_access(Access::ReadOnly)),
            }
        }
    }
}

/// The grant of the file at `path` in `directory`, if it is one that can be granted by its name.
fn file(directory: &Directory, path: &Path) -> Option<GrantedFile> {
    let host = Path::new(directory.host()).join(path);
    let is_file = fs::symlink_metadata(&host).is_ok_and(|metadata| metadata.is_file());
    let guest = Path::new(directory.guest()).join(path);
    let grant = Directory::new(host.to_str()?, guest.to_str()?, Access::ReadOnly).ok()?;
    is_file.then(|| GrantedFile::new(&grant).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(granted: &str, events: &[(&str, &str)]) -> String {
        let granted = Policy::from_document(granted).unwrap();
        let event = |&(allow, path): &(&str, &str)| match path {
            "" => format!("{{\"event\":\"used\",\"errno\":0,\"allow\":\"{allow}\"}}\n"),
            _ => format!("{{\"event\":\"used\",\"path\":\"{path}\",\"errno\":0,\"allow\":\"{allow}={path}\"}}\n"),
        };
        let events: String = events.iter().map(event).collect();
        let policy = needed(&granted, &events, false, |name| name == "THERE");
        let directories = policy.directories.iter().map(ToString::to_string);
        let files = policy.files.iter().map(ToString::to_string);
        let variables = policy.environment.iter().map(ToString::to_string);
        directories.chain(files).chain(variables).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_was_not_used_is_not_granted() {
        let granted = r#"
            [env]
            inherit = ["THERE", "MISSING"]
            set = { A = "1" }
            [[file]]
            host = "/etc/hosts"
            access = "write"
            [[file]]
            host = "/etc/passwd"
            [[dir]]
            host = "/usr"
            access = "write"
            [[dir]]
            host = "/bin"
            guest = "/tools"
        "#;
        assert_eq!(learned(granted, &[]), "");
        assert_eq!(learned(granted, &[("--allow-env", "")]), "THERE A=1");
        assert_eq!(learned(granted, &[("--allow-read", "/etc/hosts")]), "/etc/hosts::/etc/hosts:ro");
        assert_eq!(learned(granted, &[("--allow-write", "/etc/hosts")]), "/etc/hosts::/etc/hosts");
        assert_eq!(learned(granted, &[("--allow-write", "/usr/new")]), "/usr");
        // Who lists a directory needs it, and not those that others were listed in.
        assert_eq!(learned(granted, &[("--allow-read", "/usr/")]), "/usr:ro");
        assert_eq!(learned(granted, &[("--allow-read", "/tools/")]), "/bin::/tools:ro");
        // What is changed by a descriptor of an opened directory has a path of which the beginning is not known.
        assert_eq!(learned(granted, &[("--allow-read", "/usr/lib"), ("--allow-write", "new")]), "/usr");
    }
}
