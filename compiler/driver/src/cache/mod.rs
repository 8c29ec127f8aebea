//! The cache: executables by what they were built from, for `wasmelt run`, and compiled functions.
//!
//! ```text
//! <root>/executables/<first 2 hex digits of the key>/<key>
//!
//! entry      the executable
//!            8 bytes   "WMCACHED"
//!            32 bytes  SHA-256 of the executable
//! ```
//!
//! What follows an executable's segments in the file makes no difference to it, so that an entry runs as it is. Entries
//! are inserted whole or not at all, by any number of processes at once. An entry that was damaged since does not match
//! its digest, and counts as absent.

mod executables;
mod functions;
mod key;

use std::{
    env,
    ffi::OsString,
    fs::{self, DirBuilder},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    diagnostics::{Code, Diagnostic},
    output,
};

pub use functions::{DEFAULT_BOUND, FunctionCache};
pub use key::Key;

/// The cache's directories.
const EXECUTABLES: &str = "executables";
const FUNCTIONS: &str = "functions";

/// Stands between an executable and its digest.
const TRAILER_MAGIC: &[u8; 8] = b"WMCACHED";
const DIGEST_BYTES: usize = 32;

/// What a cache holds: numbers of entries, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Executables.
    pub executables: (usize, u64),
    /// Compiled functions.
    pub functions: (usize, u64),
}

/// A cache in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The user's cache: `$WASMELT_CACHE_DIR`, else `$XDG_CACHE_HOME/wasmelt`, else `$HOME/.cache/wasmelt`.
    ///
    /// # Errors
    ///
    /// If none of the variables is set.
    pub fn of_user() -> Result<Cache, Diagnostic> {
        locate(|name| env::var_os(name)).map(Cache::in_directory).ok_or_else(|| {
            Diagnostic::error(
                Code::NoCache,
                "there is no place for the cache: neither WASMELT_CACHE_DIR nor HOME is set",
            )
            .with_help("set WASMELT_CACHE_DIR to a directory that may be written to")
        })
    }

    /// The cache in `root`, which is created when it is first needed.
    pub fn in_directory(root: impl Into<PathBuf>) -> Cache {
        Cache { root: root.into() }
    }

    /// The executable of `key`, if it is there and undamaged.
    pub fn find(&self, key: &Key) -> Option<PathBuf> {
        let path = self.path(key);
        let entry = fs::read(&path).ok()?;
        is_undamaged(&entry).then_some(path)
    }

    /// Keeps `executable` under `key`, in place of whatever was there.
    ///
    /// # Errors
    ///
    /// If it cannot be written; no part of it is then left.
    pub fn insert(&self, key: &Key, executable: &[u8]) -> Result<PathBuf, Diagnostic> {
        let path = self.path(key);
        self.write(&path, executable).map(|()| path.clone()).map_err(|error| {
            Diagnostic::error(Code::Unwritable, format_args!("cannot write to the cache: {error}"))
                .in_file(path.display().to_string())
                .with_help("WASMELT_CACHE_DIR names another directory for the cache")
        })
    }

    /// Its compiled functions, which take at most about `bound` bytes.
    pub fn functions(&self, bound: u64) -> FunctionCache {
        FunctionCache::in_directory(self.root.join(FUNCTIONS), bound)
    }

    /// Its directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What it holds.
    ///
    /// # Errors
    ///
    /// If it cannot be looked into.
    pub fn contents(&self) -> Result<Contents, Diagnostic> {
        let count = |name| match entries_below(&self.root.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failure("read", &error, Code::Unreadable))
            }
            counted => Ok(counted.unwrap_or_default()),
        };
        Ok(Contents { executables: count(EXECUTABLES)?, functions: count(FUNCTIONS)? })
    }

    /// Removes everything from it. Builds that go on meanwhile keep what they make.
    ///
    /// # Errors
    ///
    /// If something cannot be removed.
    pub fn clean(&self) -> Result<(), Diagnostic> {
        [EXECUTABLES, FUNCTIONS].into_iter().try_for_each(|name| match fs::remove_dir_all(self.root.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failure("clean", &error, Code::Unwritable))
            }
            _ => Ok(()),
        })
    }

    fn failure(&self, what: &str, error: &io::Error, code: Code) -> Diagnostic {
        Diagnostic::error(code, format_args!("cannot {what} the cache: {error}"))
            .in_file(self.root.display().to_string())
    }

    fn write(&self, path: &Path, executable: &[u8]) -> io::Result<()> {
        let directory = path.parent().expect("invariant: an entry lies in a directory of the cache");
        // The user's modules are the user's business.
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        output::write(path, output::EXECUTABLE, |file| {
            file.write_all(executable)?;
            file.write_all(TRAILER_MAGIC)?;
            file.write_all(&Sha256::digest(executable))
        })
    }

    fn path(&self, key: &Key) -> PathBuf {
        let name = key.to_string();
        self.root.join(EXECUTABLES).join(&name[..2]).join(name)
    }
}

/// Number of files in the directories of `directory`, and their bytes.
fn entries_below(directory: &Path) -> io::Result<(usize, u64)> {
    let (mut entries, mut bytes) = (0, 0);
    for shard in fs::read_dir(directory)? {
        for entry in fs::read_dir(shard?.path())? {
            entries += 1;
            // It may be gone since.
            bytes += entry?.metadata().map_or(0, |metadata| metadata.len());
        }
    }
    Ok((entries, bytes))
}

fn is_undamaged(entry: &[u8]) -> bool {
    let Some((rest, digest)) = entry.split_last_chunk::<DIGEST_BYTES>() else { return false };
    let Some((executable, magic)) = rest.split_last_chunk::<8>() else { return false };
    magic == TRAILER_MAGIC && Sha256::digest(executable)[..] == digest[..]
}

/// Empty values count as absent, and so do relative ones of `XDG_CACHE_HOME` (XDG Base Directory Specification).
fn locate(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let path = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    path("WASMELT_CACHE_DIR")
        .or_else(|| path("XDG_CACHE_HOME").filter(|home| home.is_absolute()).map(|home| home.join("wasmelt")))
        .or_else(|| path("HOME").map(|home| home.join(".cache/wasmelt")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key::from_digest([0xab; 32]);

    fn check_location(variables: &[(&str, &str)], expected: Option<&str>) {
        let found = locate(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value)));
        assert_eq!(found, expected.map(PathBuf::from));
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        check_location(&[("WASMELT_CACHE_DIR", "w"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")], Some("w"));
        check_location(&[("XDG_CACHE_HOME", "/x"), ("HOME", "/h")], Some("/x/wasmelt"));
        check_location(
            &[("WASMELT_CACHE_DIR", ""), ("XDG_CACHE_HOME", "x"), ("HOME", "/h")],
            Some("/h/.cache/wasmelt"),
        );
        check_location(&[], None);
    }

    #[test]
    fn what_is_inserted_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::in_directory(directory.path().join("new"));
        assert_eq!(cache.find(&KEY), None);
        let path = cache.insert(&KEY, b"program").unwrap();
        assert_eq!(cache.find(&KEY), Some(path.clone()));
        assert!(fs::read(path).unwrap().starts_with(b"program"));
    }

    #[test]
    fn damaged_entries_are_not_found_and_can_be_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::in_directory(directory.path());
        let path = cache.insert(&KEY, b"program").unwrap();
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[3] ^= 1;
        for damaged in [&flipped[..], &whole[..whole.len() - 1], &whole[..5], b""] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(cache.find(&KEY), None);
        }
        cache.insert(&KEY, b"program").unwrap();
        assert_eq!(cache.find(&KEY), Some(path));
    }

    #[test]
    fn an_unwritable_cache_is_reported() {
        let error = Cache::in_directory("/proc/no-such-directory").insert(&KEY, b"program").unwrap_err();
        assert_eq!(error.code, Code::Unwritable);
    }
}
