//! The packs of a directory.
//!
//! ```text
//! <directory>/<nanoseconds since 1970, 20 digits>-<process>.pack
//! ```
//!
//! A process that is killed while it merges leaves entries twice, in packs that the next merge takes up.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process,
    time::{SystemTime, UNIX_EPOCH},
};

use wasmelt_codegen::FunctionKey;

use super::pack::{FRESH, Pack, is_older};
use crate::output::TEMPORARY;

const EXTENSION: &str = "pack";

/// How many small packs there are before they are merged, and what part of the bound is small.
const SMALL_PACKS: usize = 32;
const SMALL_PART: u64 = 256;

/// A directory of packs that together take at most about `bound` bytes.
#[derive(Debug)]
pub(super) struct Packs {
    pub(super) directory: PathBuf,
    pub(super) bound: u64,
}

impl Packs {
    /// Opens all, the newest last.
    pub(super) fn open(&self) -> Vec<Pack> {
        files(&self.directory).unwrap_or_default().iter().filter_map(|file| Pack::open(&file.path)).collect()
    }

    /// Adds a pack of `entries`, whose keys ascend. Others are merged if they are many, and removed if they are large.
    pub(super) fn add<B: AsRef<[u8]>>(&self, entries: impl Iterator<Item = (FunctionKey, B)>) -> io::Result<PathBuf> {
        // The user's modules are the user's business.
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let path = self.directory.join(format!("{:020}-{}.{EXTENSION}", now.as_nanos(), process::id()));
        Pack::write(&path, entries)?;
        // What is too much now is made less by a later build.
        let _ = self.merge().and_then(|()| self.shrink()).and_then(|()| remove_left_over(&self.directory));
        Ok(path)
    }

    /// Merges the small packs if they are many. The merged one is as new as the newest of them, whose name it takes.
    fn merge(&self) -> io::Result<()> {
        let mut small = files(&self.directory)?;
        small.retain(|file| file.bytes < self.bound / SMALL_PART);
        if let [old @ .., newest] = &small[..]
            && old.len() >= SMALL_PACKS
        {
            let packs: Vec<_> = small.iter().filter_map(|file| Pack::open(&file.path)).collect();
            Pack::merge(&packs, &newest.path)?;
            old.iter().for_each(PackFile::remove);
        }
        Ok(())
    }

    /// Removes the least recently used packs while all are too large.
    fn shrink(&self) -> io::Result<()> {
        let mut files = files(&self.directory)?;
        files.sort_by_key(|file| file.used);
        let mut bytes: u64 = files.iter().map(|file| file.bytes).sum();
        for file in files {
            if bytes <= self.bound {
                break;
            }
            file.remove();
            bytes -= file.bytes;
        }
        Ok(())
    }
}

/// A pack's file.
struct PackFile {
    path: PathBuf,
    used: SystemTime,
    bytes: u64,
}

impl PackFile {
    fn remove(&self) {
        // Another process may have done so.
        let _ = fs::remove_file(&self.path);
    }
}

/// The packs in `directory`, the newest last.
fn files(directory: &Path) -> io::Result<Vec<PackFile>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != EXTENSION) {
            continue;
        }
        // It may be gone since.
        let Ok(metadata) = fs::metadata(&path) else { continue };
        files.push(PackFile { path, used: metadata.modified()?, bytes: metadata.len() });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Number of the entries in the packs of `directory`, and the packs' bytes.
pub(super) fn contents(directory: &Path) -> io::Result<(usize, u64)> {
    let files = files(directory)?;
    let entries = files.iter().filter_map(|file| Pack::open(&file.path)).map(|pack| pack.len()).sum();
    Ok((entries, files.iter().map(|file| file.bytes).sum()))
}

/// Removes what killed processes have left in `directory` under temporary names.
fn remove_left_over(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let is_temporary = entry.file_name().as_encoded_bytes().starts_with(TEMPORARY.as_bytes());
        if is_temporary && entry.metadata()?.modified().is_ok_and(|time| is_older(time, FRESH)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{File, FileTimes},
        time::Duration,
    };

    use super::*;

    const BOUND: u64 = 1 << 20;

    /// Adds a pack of one entry.
    fn add(directory: &Path, bound: u64, number: u8) {
        packs(directory, bound).add([([number; 32], b"code")].into_iter()).unwrap();
    }

    fn packs(directory: &Path, bound: u64) -> Packs {
        Packs { directory: directory.to_owned(), bound }
    }

    /// Whether there is an entry that was added.
    fn has(directory: &Path, number: u8) -> bool {
        packs(directory, BOUND).open().iter().any(|pack| pack.get(&[number; 32]).is_some_and(|bytes| bytes == b"code"))
    }

    fn age(path: &Path, age: Duration) {
        File::open(path).unwrap().set_times(FileTimes::new().set_modified(SystemTime::now() - age)).unwrap();
    }

    #[test]
    fn the_least_recently_used_packs_go() {
        let directory = tempfile::tempdir().unwrap();
        (0..3).for_each(|number| add(directory.path(), BOUND, number));
        for (number, file) in (0..).zip(files(directory.path()).unwrap()) {
            assert_eq!(file.bytes, 100);
            age(&file.path, Duration::from_secs(10_000 * (10 - number)));
        }
        assert!(has(directory.path(), 0));
        add(directory.path(), 250, 3);
        assert_eq!([0, 1, 2, 3].map(|number| has(directory.path(), number)), [true, false, false, true]);
    }

    #[test]
    fn many_small_packs_become_one_with_all_entries() {
        let directory = tempfile::tempdir().unwrap();
        let last = u8::try_from(SMALL_PACKS).unwrap() - 1;
        fs::write(directory.path().join("0.pack"), b"no pack").unwrap();
        (0..last).for_each(|number| add(directory.path(), BOUND, number));
        let early = packs(directory.path(), BOUND).open();
        assert_eq!(early.len(), SMALL_PACKS - 1);
        add(directory.path(), BOUND, last);
        assert_eq!(files(directory.path()).unwrap().len(), 1);
        assert_eq!(contents(directory.path()).unwrap().0, SMALL_PACKS);
        assert!((0..=last).all(|number| has(directory.path(), number)));
        assert!(early[0].get(&[0; 32]).is_some(), "who has opened a pack still reads it");
    }

    #[test]
    fn what_killed_processes_left_is_removed_in_time() {
        let directory = tempfile::tempdir().unwrap();
        let names = [".wasmelt-old", ".wasmelt-new"].map(|name| directory.path().join(name));
        names.iter().for_each(|path| drop(File::create(path).unwrap()));
        age(&names[0], 2 * FRESH);
        add(directory.path(), BOUND, 1);
        assert_eq!(names.map(|path| path.exists()), [false, true]);
    }
}
