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
                policy.grant_directory(directory.with_access(directory.access()));
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
