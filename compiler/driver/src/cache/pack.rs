//! Entries that were written at once, in one file.
//!
//! ```text
//! pack    the entries' bytes, one after another
//!         80 bytes for each entry, in the order of their keys:
//!             32 bytes  the key
//!             32 bytes  SHA-256 of the key and the bytes
//!             8 bytes   offset of the bytes in the file, little-endian
//!             8 bytes   their number
//!         8 bytes   offset of the first of those 80 bytes
//!         8 bytes   "WMPACK01"
//! ```
//!
//! Invariant: a pack never changes. It has its name only when it is whole, and keeps being readable for who has opened it
//! after it lost its name. Each entry is checked when it is read, so that damage anywhere makes entries absent, not wrong.

use std::{
    collections::BTreeMap,
    fs::{File, FileTimes},
    io::{self, BufWriter, Write},
    os::unix::fs::FileExt,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};
use wasmelt_codegen::FunctionKey;

use crate::output;

const MAGIC: [u8; 8] = *b"WMPACK01";
const SLOT_BYTES: usize = 80;
const FOOTER_BYTES: usize = 16;

/// A pack that was used within this time is as good as new: fewer writes.
pub(super) const FRESH: Duration = Duration::from_secs(60 * 60);

/// A pack that is open. Only its index is in memory.
#[derive(Debug)]
pub(super) struct Pack {
    file: File,
    /// Where the entries' bytes end.
    end: u64,
    index: Vec<[u8; SLOT_BYTES]>,
    is_used: AtomicBool,
}

/// Where an entry is.
struct Slot {
    key: FunctionKey,
    digest: [u8; 32],
    offset: u64,
    length: u64,
}

impl Slot {
    fn of(key: FunctionKey, bytes: &[u8], offset: u64) -> Slot {
        let length = u64::try_from(bytes.len()).expect("invariant: no entry has 2⁶⁴ bytes");
        Slot { key, digest: digest(&key, bytes), offset, length }
    }

    fn to_bytes(&self) -> Vec<u8> {
        [&self.key[..], &self.digest, &self.offset.to_le_bytes(), &self.length.to_le_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8; SLOT_BYTES]) -> Option<Slot> {
        let (key, rest) = bytes.split_first_chunk()?;
        let (digest, rest) = rest.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (length, _) = rest.split_first_chunk()?;
        let (offset, length) = (u64::from_le_bytes(*offset), u64::from_le_bytes(*length));
        Some(Slot { key: *key, digest: *digest, offset, length })
    }
}

impl Pack {
    /// Writes a pack of `entries`, whose keys ascend, in the place of whatever is at `path`; or nothing.
    pub(super) fn write<B: AsRef<[u8]>>(
        path: &Path,
        entries: impl Iterator<Item = (FunctionKey, B)>,
    ) -> io::Result<()> {
        output::write(path, output::PLAIN, |file| {
            let mut file = BufWriter::new(file);
            let (mut end, mut index) = (0, Vec::new());
            for (key, bytes) in entries {
                let slot = Slot::of(key, bytes.as_ref(), end);
                file.write_all(bytes.as_ref())?;
                index.extend(slot.to_bytes());
                end += slot.length;
            }
            file.write_all(&index)?;
            file.write_all(&end.to_le_bytes())?;
            file.write_all(&MAGIC)?;
            file.flush()
        })
    }

    /// The pack at `path`, if it is one.
    pub(super) fn open(path: &Path) -> Option<Pack> {
        let file = File::open(path).ok()?;
        let index_end = file.metadata().ok()?.len().checked_sub(u64::try_from(FOOTER_BYTES).ok()?)?;
        let footer = read_at::<FOOTER_BYTES>(&file, index_end)?;
        let (end, magic) = footer.split_first_chunk()?;
        let end = u64::from_le_bytes(*end);
        let mut bytes = vec![0; usize::try_from(index_end.checked_sub(end)?).ok()?];
        file.read_exact_at(&mut bytes, end).ok()?;
        let (index, rest) = bytes.as_chunks();
        let is_whole = *magic == MAGIC && rest.is_empty();
        is_whole.then(|| Pack { index: index.to_vec(), file, end, is_used: AtomicBool::new(false) })
    }

    /// Number of its entries.
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// The entry with `key`, if it is there and undamaged. The pack counts as used then.
    pub(super) fn get(&self, key: &FunctionKey) -> Option<Vec<u8>> {
        let bytes = self.read(key)?;
        if !self.is_used.swap(true, Ordering::Relaxed) {
            touch(&self.file);
        }
        Some(bytes)
    }

    fn read(&self, key: &FunctionKey) -> Option<Vec<u8>> {
        let at = self.index.binary_search_by(|slot| slot[..key.len()].cmp(key)).ok()?;
        let slot = Slot::from_bytes(&self.index[at])?;
        // A damaged length asks for no more memory than the file has bytes.
        slot.offset.checked_add(slot.length).filter(|end| *end <= self.end)?;
        let mut bytes = vec![0; usize::try_from(slot.length).ok()?];
        self.file.read_exact_at(&mut bytes, slot.offset).ok()?;
        (digest(key, &bytes) == slot.digest).then_some(bytes)
    }

    /// Writes what `packs` hold into one at `path`; of entries with one key, that in the last of the packs.
    pub(super) fn merge(packs: &[Pack], path: &Path) -> io::Result<()> {
        let holders: BTreeMap<FunctionKey, &Pack> = packs
            .iter()
            .flat_map(|pack| pack.index.iter().filter_map(Slot::from_bytes).map(move |slot| (slot.key, pack)))
            .collect();
        Pack::write(path, holders.into_iter().filter_map(|(key, pack)| Some((key, pack.read(&key)?))))
    }
}

fn read_at<const N: usize>(file: &File, offset: u64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact_at(&mut bytes, offset).ok().map(|()| bytes)
}

fn digest(key: &FunctionKey, bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(key).chain_update(bytes).finalize().into()
}

/// Notes that a pack was used, by its time of modification. It works as well without, as a queue.
fn touch(file: &File) {
    if file.metadata().and_then(|metadata| metadata.modified()).is_ok_and(|used| is_older(used, FRESH)) {
        let _ = file.set_times(FileTimes::new().set_modified(SystemTime::now()));
    }
}

pub(super) fn is_older(time: SystemTime, age: Duration) -> bool {
    time.elapsed().is_ok_and(|elapsed| elapsed > age)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(path: &Path, entries: &[(FunctionKey, &str)]) {
        Pack::write(path, entries.iter().map(|(key, text)| (*key, text.as_bytes()))).unwrap();
    }

    #[test]
    fn damage_anywhere_makes_entries_absent() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("one.pack");
        let entries = [([1; 32], "first"), ([2; 32], ""), ([3; 32], "third")];
        write(&path, &entries);
        let whole = fs::read(&path).unwrap();
        let read = |key: &FunctionKey| Pack::open(&path).and_then(|pack| pack.get(key));
        for (key, text) in &entries {
            assert_eq!(read(key).as_deref(), Some(text.as_bytes()));
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x81;
            for bytes in [&damaged[..], &whole[..at]] {
                fs::write(&path, bytes).unwrap();
                let found = entries.map(|(key, text)| read(&key).inspect(|bytes| assert_eq!(bytes, text.as_bytes())));
                assert!(found.iter().any(Option::is_none), "byte {at}");
            }
        }
    }

    #[test]
    fn of_merged_packs_the_last_counts() {
        let directory = tempfile::tempdir().unwrap();
        let paths = ["one.pack", "two.pack"].map(|name| directory.path().join(name));
        write(&paths[0], &[([1; 32], "old"), ([3; 32], "third")]);
        write(&paths[1], &[([1; 32], "new"), ([2; 32], "second")]);
        let packs = paths.each_ref().map(|path| Pack::open(path).unwrap());
        Pack::merge(&packs, &paths[1]).unwrap();
        let merged = Pack::open(&paths[1]).unwrap();
        assert_eq!(merged.len(), 3);
        for (key, text) in [([1; 32], "new"), ([2; 32], "second"), ([3; 32], "third")] {
            assert_eq!(merged.get(&key).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(packs[1].get(&[2; 32]).as_deref(), Some(&b"second"[..]));
    }
}
