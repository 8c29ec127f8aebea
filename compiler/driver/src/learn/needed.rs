//! What a run has used, as a policy.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use wasmelt_policy::{Access, Clocks, Directory, GrantedFile, Policy, Randomness, Streams};

use crate::AuditEvent;

/// Most files of a directory that are granted one by one.
const MOST_FILES: usize = 16;

/// What was done with paths: those that were read, and whether anything was changed, for each granted directory.
#[derive(Default)]
struct Used {
    read: BTreeMap<usize, BTreeSet<PathBuf>>,
    written: BTreeSet<usize>,
    listed: bool,
    flags: BTreeSet<String>,
}

/// The least of `granted` that the audited `events` need.
pub(super) fn needed(granted: &Policy, events: impl Iterator<Item = AuditEvent>) -> Policy {
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
    }
    if has("--allow-env") {
        policy.environment = granted.environment.clone();
        policy.inherit_environment = granted.inherit_environment;
    }
    if has("--allow-listen") {
        policy.network = granted.network.clone();
    }
    for file in &granted.files {
        policy.grant_file(file.clone());
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
                    used.path(granted, flag == "--allow-write", event.path.as_deref().unwrap_or_default());
                }
                _ => drop(used.flags.insert(event.allow)),
            }
        }
        used
    }

    fn path(&mut self, granted: &Policy, writes: bool, path: &str) {
        if path.is_empty() {
            self.listed = true;
            return;
        }
        let containing = |directory: &&(usize, &Directory)| Path::new(path).starts_with(directory.1.guest());
        let directories: Vec<_> = granted.directories.iter().enumerate().collect();
        // The most specific directory is the one that the program uses.
        let found = directories.iter().filter(containing).max_by_key(|(_, directory)| directory.guest().len());
        let Some(&(number, directory)) = found else { return };
        let below = Path::new(path).strip_prefix(directory.guest()).unwrap_or(Path::new("")).to_owned();
        if writes {
            self.written.insert(number);
        }
        self.read.entry(number).or_default().insert(below);
    }

    fn paths(&self, granted: &Policy, policy: &mut Policy) {
        for (number, directory) in granted.directories.iter().enumerate() {
            let read = self.read.get(&number);
            if self.written.contains(&number) {
                policy.grant_directory(directory.with_access(Access::ReadWrite));
                continue;
            }
            let files: Option<Vec<GrantedFile>> =
                read.map(|paths| paths.iter().map(|path| file(directory, path)).collect()).unwrap_or(Some(Vec::new()));
            match files {
                Some(files) if files.len() <= MOST_FILES && !self.listed => {
                    files.into_iter().for_each(|file| policy.grant_file(file));
                }
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

    fn event(call: &str, path: Option<&str>, allow: &str, errno: u16) -> AuditEvent {
        let path = path.map(|path| format!(",\"path\":\"{path}\"")).unwrap_or_default();
        let line = format!("{{\"event\":\"used\",\"call\":\"{call}\"{path},\"errno\":{errno},\"allow\":\"{allow}\"}}");
        AuditEvent::parse(&line).unwrap()
    }

    fn directories(policy: &Policy) -> Vec<String> {
        policy.directories.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_was_written_needs_to_be_writable_and_what_was_not_used_nothing() {
        let mut granted = Policy { clocks: Clocks::Coarse, ..Policy::default() };
        for directory in ["a::/a:ro", "b::/b", "c::/a/c"] {
            granted.grant_directory(directory.parse().unwrap());
        }
        granted.arguments.inherit = true;
        let events = [
            event("path_open", Some("/a/x"), "--allow-write=/a/x", 0),
            event("path_open", Some("/b/x"), "--allow-write=/b/x", 44),
            event("fd_readdir", None, "--allow-read", 0),
            event("clock_time_get", None, "--allow-clock", 0),
        ];
        let policy = needed(&granted, events.into_iter());
        assert_eq!(directories(&policy), ["a::/a", "b::/b:ro", "c::/a/c:ro"]);
        assert_eq!((policy.clocks, policy.randomness), (Clocks::Coarse, Randomness::None));
        assert!(!policy.arguments.inherit && policy.streams == Streams::NONE);
    }
}
