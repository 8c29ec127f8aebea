//! Compiled functions by what they were compiled from.
//!
//! An entry is a compiled function, or a list of those of a program. What a build adds goes into one pack when it ends, or
//! into several if it is much: a file for each function would take longer than compiling it. The packs that are there when a
//! build begins are what it finds entries in, the newest first.
//!
//! Any number of processes use them at once: two that insert one function insert the same bytes, and of two lists for one key
//! the later one stays. What is damaged counts as absent. What cannot be read or written is compiled, and not kept.

use std::{
    collections::BTreeMap,
    io, mem,
    path::PathBuf,
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use wasmelt_codegen::{FunctionKey, FunctionStore};

use super::{key::compiler_identity, pack::Pack, packs::Packs};

/// Most bytes that entries take, unless another bound is asked for.
pub const DEFAULT_BOUND: u64 = 2 << 30;

/// How many bytes wait in memory to be written.
const WAITING_BYTES: usize = 64 << 20;

/// The compiled functions of a cache. When it is dropped, what was inserted is written, and it is made as small as its bound.
#[derive(Debug)]
pub struct FunctionCache {
    packs: Packs,
    identity: String,
    /// The newest last.
    open: RwLock<Vec<Pack>>,
    waiting: Mutex<Waiting>,
    found: AtomicUsize,
    inserted: AtomicUsize,
}

/// Entries that are not written yet.
#[derive(Debug, Default)]
struct Waiting {
    entries: BTreeMap<FunctionKey, Vec<u8>>,
    bytes: usize,
}

impl FunctionCache {
    pub(super) fn in_directory(root: PathBuf, bound: u64) -> FunctionCache {
        let packs = Packs { directory: root, bound };
        FunctionCache {
            open: RwLock::new(packs.open()),
            packs,
            identity: compiler_identity(),
            waiting: Mutex::default(),
            found: AtomicUsize::new(0),
            inserted: AtomicUsize::new(0),
        }
    }

    /// How many functions were found so far, and how many were not and have been inserted.
    pub fn counts(&self) -> (usize, usize) {
        (self.found.load(Ordering::Relaxed), self.inserted.load(Ordering::Relaxed))
    }

    /// Has an entry wait, and gives out all that wait if they are many.
    fn push(&self, key: FunctionKey, bytes: &[u8]) -> Option<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.bytes += bytes.len();
        waiting.entries.insert(key, bytes.to_owned());
        (waiting.bytes >= WAITING_BYTES).then(|| mem::take(&mut *waiting))
    }

    fn keep(&self, key: &FunctionKey, bytes: &[u8]) {
        if let Some(waiting) = self.push(*key, bytes)
            && let Ok(path) = self.write(&waiting)
        {
            self.open.write().unwrap_or_else(PoisonError::into_inner).extend(Pack::open(&path));
        }
    }

    fn write(&self, waiting: &Waiting) -> io::Result<PathBuf> {
        self.packs.add(waiting.entries.iter().map(|(key, bytes)| (*key, bytes)))
    }
}

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
        self.keep(key, bytes);
        self.inserted.fetch_add(1, Ordering::Relaxed);
    }

    fn get_list(&self, key: &FunctionKey) -> Option<Vec<u8>> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).entries.get(key).cloned();
        let packs = self.open.read().unwrap_or_else(PoisonError::into_inner);
        waiting.or_else(|| packs.iter().rev().find_map(|pack| pack.get(key)))
    }

    fn insert_list(&self, key: &FunctionKey, bytes: &[u8]) {
        // Without it, functions are translated again.
        self.keep(key, bytes);
    }
}

impl Drop for FunctionCache {
    fn drop(&mut self) {
        let waiting = mem::take(self.waiting.get_mut().unwrap_or_else(PoisonError::into_inner));
        if !waiting.entries.is_empty() {
            // What is not kept is compiled again.
            let _ = self.write(&waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn open(directory: &Path, bound: u64) -> FunctionCache {
        FunctionCache::in_directory(directory.to_owned(), bound)
    }

    #[test]
    fn what_is_inserted_is_found_at_once_and_by_other_processes() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("new");
        let cache = open(&root, DEFAULT_BOUND);
        assert_eq!(cache.get(&[1; 32]), None);
        cache.insert(&[1; 32], b"code");
        assert_eq!(cache.get(&[1; 32]).as_deref(), Some(&b"code"[..]));
        drop(cache);
        let cache = open(&root, DEFAULT_BOUND);
        assert_eq!(cache.get(&[1; 32]).as_deref(), Some(&b"code"[..]));
        assert_eq!((cache.get(&[2; 32]), cache.counts()), (None, (1, 0)));
    }

    #[test]
    fn the_last_list_is_found() {
        let directory = tempfile::tempdir().unwrap();
        for list in ["old", "new"] {
            open(directory.path(), DEFAULT_BOUND).insert_list(&[1; 32], list.as_bytes());
        }
        assert_eq!(open(directory.path(), DEFAULT_BOUND).get_list(&[1; 32]).as_deref(), Some(&b"new"[..]));
    }

    #[test]
    fn much_is_written_before_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let cache = open(directory.path(), DEFAULT_BOUND);
        for number in 1..=3 {
            cache.insert(&[number; 32], &vec![number; WAITING_BYTES / 2]);
        }
        assert_eq!(cache.packs.open().len(), 1);
        assert!((1..=3).all(|number| cache.get(&[number; 32]).is_some()));
    }

    #[test]
    fn a_cache_without_a_place_keeps_nothing() {
        let root = Path::new("/proc/no-such-directory");
        open(root, DEFAULT_BOUND).insert(&[1; 32], b"code");
        assert_eq!(open(root, DEFAULT_BOUND).get(&[1; 32]), None);
    }
}
