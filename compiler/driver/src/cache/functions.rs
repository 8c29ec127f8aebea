//! Compiled functions by what they were compiled from.
//!
//! ```text
//! <root>/functions/<first 2 hex digits of the key>/<the other 62>
//!
//! entry      32 bytes  SHA-256 of the key and of what follows
//!            the compiled function, or a list of those of a program
//! ```
//!
//! Any number of processes use them at once: two that insert one function insert the same bytes, and of two lists for one key
//! the later one stays. An entry that is not whole, because it is being written or its writer was killed, is a damaged one;
//! that counts as absent, and is replaced. What cannot be read or written is compiled, and not kept.
//!
//! The cache is bounded shard by shard: a shard is the entries that begin with the same two digits. A build, when it ends,
//! removes the least recently used entries of the shards that it has added to.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, File, FileTimes},
    io::{self, Read, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};
use tempfile::Builder;
use wasmelt_codegen::{FunctionKey, FunctionStore};

use super::key::compiler_identity;

const DIGEST_BYTES: usize = 32;
const SHARDS: u64 = 256;

/// Most bytes that entries take, unless another bound is asked for.
pub const DEFAULT_BOUND: u64 = 2 << 30;

/// An entry that was used within this time is as good as new: fewer writes.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// The compiled functions of a cache. When it is dropped, it is made as small as its bound.
#[derive(Debug)]
pub struct FunctionCache {
    root: PathBuf,
    bound: u64,
    identity: String,
    /// Shards that have grown.
    grown: Mutex<BTreeSet<u8>>,
    found: AtomicUsize,
    inserted: AtomicUsize,
}

impl FunctionCache {
    pub(super) fn in_directory(root: PathBuf, bound: u64) -> FunctionCache {
        let (found, inserted) = (AtomicUsize::new(0), AtomicUsize::new(0));
        FunctionCache { root, bound, identity: compiler_identity(), grown: Mutex::default(), found, inserted }
    }

    /// How many functions were found so far, and how many were not and are kept now.
    pub fn counts(&self) -> (usize, usize) {
        (self.found.load(Ordering::Relaxed), self.inserted.load(Ordering::Relaxed))
    }

    fn shard(&self, number: u8) -> PathBuf {
        self.root.join(format!("{number:02x}"))
    }

    fn path(&self, key: &FunctionKey) -> PathBuf {
        let digits = key[1..].iter().map(|byte| format!("{byte:02x}"));
        self.shard(key[0]).join(digits.collect::<String>())
    }

    fn write(&self, key: &FunctionKey, bytes: &[u8]) -> io::Result<()> {
        let (shard, path) = (self.shard(key[0]), self.path(key));
        let entry = [&digest(key, bytes)[..], bytes].concat();
        {
            // Held until the directory is there, for whoever finds that it is being made.
            let mut grown = self.grown.lock().unwrap_or_else(PoisonError::into_inner);
            if grown.insert(key[0]) {
                // The user's modules are the user's business.
                DirBuilder::new().recursive(true).mode(0o700).create(&shard)?;
            }
        }
        match File::create_new(&path) {
            Ok(mut file) => file.write_all(&entry).inspect_err(|_| drop(fs::remove_file(&path))),
            // It is damaged, or somebody else's who is writing it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let mut file = Builder::new().prefix(TEMPORARY).tempfile_in(&shard)?;
                file.write_all(&entry)?;
                file.persist(path).map(drop).map_err(|error| error.error)
            }
            Err(error) => Err(error),
        }
    }

    /// Removes the least recently used entries of a shard that is too large, and what killed processes have left there.
    fn shrink(&self, shard: &Path) -> io::Result<()> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(shard)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let used = metadata.modified()?;
            let is_left_over = entry.file_name().as_encoded_bytes().starts_with(TEMPORARY.as_bytes());
            match is_left_over {
                true if is_older(used, FRESH) => fs::remove_file(entry.path())?,
                true => {}
                false => entries.push((used, metadata.len(), entry.path())),
            }
        }
        let mut bytes: u64 = entries.iter().map(|(_, bytes, _)| bytes).sum();
        entries.sort();
        for (_, entry_bytes, path) in entries {
            if bytes <= self.bound / SHARDS {
                break;
            }
            // Another process may have removed it.
            let _ = fs::remove_file(path);
            bytes -= entry_bytes;
        }
        Ok(())
    }
}

/// What the names of files begin with that are no entries yet.
const TEMPORARY: &str = ".new-";

impl FunctionStore for FunctionCache {
    fn identity(&self) -> &str {
        &self.identity
    }

    fn get(&self, key: &FunctionKey) -> Option<Vec<u8>> {
        let bytes = self.get_list(key)?;
        self.found.fetch_add(1, Ordering::Relaxed);
        Some(bytes)
    }

    fn insert(&self, key: &FunctionKey, bytes: &[u8]) {
        if self.write(key, bytes).is_ok() {
            self.inserted.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn get_list(&self, key: &FunctionKey) -> Option<Vec<u8>> {
        let mut file = File::open(self.path(key)).ok()?;
        let mut entry = Vec::new();
        file.read_to_end(&mut entry).ok()?;
        let bytes = entry.split_off(DIGEST_BYTES.min(entry.len()));
        if digest(key, &bytes)[..] != entry[..] {
            return None;
        }
        touch(&file);
        Some(bytes)
    }

    fn insert_list(&self, key: &FunctionKey, bytes: &[u8]) {
        // Without it, functions are translated again.
        let _ = self.write(key, bytes);
    }
}

impl Drop for FunctionCache {
    fn drop(&mut self) {
        for shard in std::mem::take(self.grown.get_mut().unwrap_or_else(PoisonError::into_inner)) {
            // What is too large now is made smaller by a later build.
            let _ = self.shrink(&self.shard(shard));
        }
    }
}

fn digest(key: &FunctionKey, bytes: &[u8]) -> [u8; DIGEST_BYTES] {
    Sha256::new().chain_update(key).chain_update(bytes).finalize().into()
}

/// Notes that an entry was used, by its time of modification. It works as well without, as a queue.
fn touch(file: &File) {
    if file.metadata().and_then(|metadata| metadata.modified()).is_ok_and(|used| is_older(used, FRESH)) {
        let _ = file.set_times(FileTimes::new().set_modified(SystemTime::now()));
    }
}

fn is_older(time: SystemTime, age: Duration) -> bool {
    time.elapsed().is_ok_and(|elapsed| elapsed > age)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(root: &Path) -> Vec<PathBuf> {
        let entries = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        entries(root).iter().flat_map(|shard| entries(shard)).collect()
    }

    #[test]
    fn what_is_inserted_is_found_by_other_processes() {
        let directory = tempfile::tempdir().unwrap();
        let open = || FunctionCache::in_directory(directory.path().join("new"), DEFAULT_BOUND);
        assert_eq!(open().get(&[1; 32]), None);
        open().insert(&[1; 32], b"code");
        let cache = open();
        assert_eq!(cache.get(&[1; 32]).as_deref(), Some(&b"code"[..]));
        assert_eq!(cache.get(&[2; 32]), None);
        assert_eq!(cache.counts(), (1, 0));
    }

    #[test]
    fn damaged_and_misplaced_entries_are_absent() {
        let directory = tempfile::tempdir().unwrap();
        let cache = FunctionCache::in_directory(directory.path().to_owned(), DEFAULT_BOUND);
        cache.insert(&[1; 32], b"code");
        let path = cache.path(&[1; 32]);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for damaged in [&flipped[..], &whole[..whole.len() - 1], &whole[..5], b""] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(cache.get(&[1; 32]), None);
        }
        cache.insert(&[1; 32], b"code");
        assert!(cache.get(&[1; 32]).is_some());
        let mut other = [1; 32];
        other[31] = 2;
        fs::copy(&path, cache.path(&other)).unwrap();
        assert_eq!(cache.get(&other), None);
    }

    #[test]
    fn the_least_recently_used_entries_go() {
        let directory = tempfile::tempdir().unwrap();
        let bound = SHARDS * 100;
        let key = |number: u8| [&[7; 31][..], &[number]].concat().try_into().unwrap();
        let cache = FunctionCache::in_directory(directory.path().to_owned(), bound);
        for number in 0..4 {
            cache.insert(&key(number), b"code");
            let age = Duration::from_secs(10_000 * (10 - u64::from(number)));
            let file = File::open(cache.path(&key(number))).unwrap();
            file.set_times(FileTimes::new().set_modified(SystemTime::now() - age)).unwrap();
        }
        assert!(cache.get(&key(0)).is_some());
        drop(cache);
        let cache = FunctionCache::in_directory(directory.path().to_owned(), bound);
        let left: Vec<u8> = (0..4).filter(|number| cache.get(&key(*number)).is_some()).collect();
        assert_eq!(left, [0, 3]);
    }

    #[test]
    fn a_cache_without_a_place_keeps_nothing() {
        let cache = FunctionCache::in_directory(PathBuf::from("/proc/no-such-directory"), DEFAULT_BOUND);
        cache.insert(&[1; 32], b"code");
        assert_eq!((cache.get(&[1; 32]), cache.counts()), (None, (0, 0)));
    }

    #[test]
    fn what_killed_processes_left_is_removed_in_time() {
        let directory = tempfile::tempdir().unwrap();
        let cache = FunctionCache::in_directory(directory.path().to_owned(), DEFAULT_BOUND);
        cache.insert(&[1; 32], b"code");
        let left_over = cache.shard(1).join(".new-123");
        let file = File::create(&left_over).unwrap();
        file.set_times(FileTimes::new().set_modified(SystemTime::now() - 2 * FRESH)).unwrap();
        drop(cache);
        assert_eq!(files(directory.path()).len(), 1);
    }
}
