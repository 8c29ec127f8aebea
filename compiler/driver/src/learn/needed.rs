//! What a run has used, as a policy.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use wasmelt_policy::{Access, Clocks, Directory, GrantedFile, Policy, Randomness, Streams, Variable};

use crate::AuditEvent;

/// Most files of a directory that are granted one by one.
const MOST_FILES: usize = 16;

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
pub(super) fn needed(
    granted: &Policy,
    events: impl Iterator<Item = AuditEvent>,
    has_arguments: bool,
    is_set: impl Fn(&str) -> bool,
) -> Policy {
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

impl Used {
    fn of(granted: &Policy, events: impl Iterator<Item = AuditEvent>) -> Used {
        let mut used = Used::default();
        for event in events.filter(|event| event.errno == 0) {
            let flag = event.allow.split_once('=').map_or(event.allow.as_str(), |(flag, _)| flag);
            match flag {
                "--allow-read" | "--allow-write" => {
                    used.path(granted, flag == "--allow-write", Path::new(event.path.as_deref().unwrap_or_default()));
                }
                _ => drop(used.flags.insert(event.allow)),
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
            "" => format!("{{\"event\":\"used\",\"call\":\"\",\"errno\":0,\"allow\":\"{allow}\"}}\n"),
            _ => format!(
                "{{\"event\":\"used\",\"call\":\"\",\"path\":\"{path}\",\"errno\":0,\"allow\":\"{allow}={path}\"}}\n"
            ),
        };
        let events: String = events.iter().map(event).collect();
        let policy = needed(&granted, events.lines().filter_map(AuditEvent::parse), false, |name| name == "THERE");
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
