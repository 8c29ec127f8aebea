//! Records as they lie in the guest's memory, and flags. All numbers are little-endian; bytes that are not named are 0.

use super::known_flags;
use crate::sys::paths::Links;
use crate::wasi::errno::{Errno, Result};
use crate::wasi::types::{Attributes, DescriptorState, FileFlags, NewTime, NewTimes, Timestamp};

/// A record that is being written.
struct Record<const N: usize>([u8; N]);

impl<const N: usize> Record<N> {
    /// Puts `bytes` at byte `at`; a field that the record has no room for is a mistake here, and missing.
    fn with<const M: usize>(mut self, at: usize, bytes: [u8; M]) -> Record<N> {
        if let Some(field) = self.0.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
            *field = bytes;
        }
        self
    }
}

/// `filestat`:
///
/// ```text
///  0 u64 device       8 u64 inode       16 u8 type        24 u64 links
/// 32 u64 size        40 u64 accessed    48 u64 modified   56 u64 changed      (times in nanoseconds since 1970)
/// ```
pub(super) fn filestat(attributes: &Attributes) -> [u8; 64] {
    Record([0; 64])
        .with(0, attributes.device.to_le_bytes())
        .with(8, attributes.inode.to_le_bytes())
        .with(16, [attributes.file_type as u8])
        .with(24, attributes.links.to_le_bytes())
        .with(32, attributes.size.to_le_bytes())
        .with(40, attributes.accessed.0.to_le_bytes())
        .with(48, attributes.modified.0.to_le_bytes())
        .with(56, attributes.changed.0.to_le_bytes())
        .0
}

/// `fdstat`:
///
/// ```text
///  0 u8 type          2 u16 fdflags      8 u64 rights     16 u64 inheriting rights
/// ```
pub(super) fn fdstat(state: &DescriptorState) -> [u8; 24] {
    Record([0; 24])
        .with(0, [state.file_type as u8])
        .with(2, fdflags_bits(state.flags).to_le_bytes())
        .with(8, state.rights.bits().to_le_bytes())
        .with(16, state.inheriting.bits().to_le_bytes())
        .0
}

/// `prestat` of a directory:
///
/// ```text
///  0 u8 kind: 0       4 u32 bytes of the path
/// ```
pub(super) fn prestat(path_bytes: u32) -> [u8; 8] {
    Record([0; 8]).with(4, path_bytes.to_le_bytes()).0
}

/// `dirent`, which the name follows:
///
/// ```text
///  0 u64 cookie of the next entry        8 u64 inode      16 u32 bytes of the name      20 u8 type
/// ```
pub(super) fn dirent(next: u64, inode: u64, name_bytes: u32, file_type: u8) -> [u8; 24] {
    Record([0; 24])
        .with(0, next.to_le_bytes())
        .with(8, inode.to_le_bytes())
        .with(16, name_bytes.to_le_bytes())
        .with(20, [file_type])
        .0
}

/// `event`:
///
/// ```text
///  0 u64 userdata     8 u16 errno       10 u8 type        16 u64 bytes         24 u16 flags: 1 if hung up
/// ```
pub(super) fn event(userdata: u64, errno: u16, event_type: u8, bytes: u64, hangup: bool) -> [u8; 32] {
    Record([0; 32])
        .with(0, userdata.to_le_bytes())
        .with(8, errno.to_le_bytes())
        .with(10, [event_type])
        .with(16, bytes.to_le_bytes())
        .with(24, u16::from(hangup).to_le_bytes())
        .0
}

/// Bits of `fdflags`.
mod fdflags {
    pub(super) const APPEND: u16 = 1;
    pub(super) const DSYNC: u16 = 1 << 1;
    pub(super) const NONBLOCK: u16 = 1 << 2;
    pub(super) const RSYNC: u16 = 1 << 3;
    pub(super) const SYNC: u16 = 1 << 4;
}

/// `fdflags` as given by the guest. Linux knows no synchronous reading apart from synchronous writing.
pub(super) fn read_fdflags(bits: u32) -> Result<FileFlags> {
    let has = |flags: u16| bits & u32::from(flags) != 0;
    known_flags(bits, 0b1_1111)?;
    let synchronous = has(fdflags::SYNC | fdflags::RSYNC);
    Ok(FileFlags {
        append: has(fdflags::APPEND),
        nonblocking: has(fdflags::NONBLOCK),
        data_synchronous: has(fdflags::DSYNC) && !synchronous,
        synchronous,
    })
}

fn fdflags_bits(flags: FileFlags) -> u16 {
    let pick = |is_set, flag| if is_set { flag } else { 0 };
    pick(flags.append, fdflags::APPEND)
        | pick(flags.nonblocking, fdflags::NONBLOCK)
        | pick(flags.data_synchronous, fdflags::DSYNC)
        | pick(flags.synchronous, fdflags::SYNC)
}

/// `lookupflags`: bit 0 follows links.
pub(super) fn read_lookupflags(bits: u32) -> Result<Links> {
    Ok(if known_flags(bits, 1)? == 0 { Links::Keep } else { Links::Follow })
}

/// `fstflags`: bit 0 sets the time of access, bit 1 sets it to now; bits 2 and 3 do so for the time of modification.
pub(super) fn read_fstflags(bits: u32, accessed: u64, modified: u64) -> Result<NewTimes> {
    let flags = known_flags(bits, 0b1111)?;
    Ok(NewTimes { accessed: new_time(flags & 3, accessed)?, modified: new_time(flags >> 2, modified)? })
}

fn new_time(flags: u32, time: u64) -> Result<NewTime> {
    match flags {
        0 => Ok(NewTime::Keep),
        1 => Ok(NewTime::At(Timestamp(time))),
        2 => Ok(NewTime::Now),
        _ => Err(Errno::Inval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fdflags_survive_the_way_there_and_back() {
        for (bits, back) in [(0, 0), (1, 1), (2, 2), (4, 4), (8, 16), (16, 16), (18, 16), (31, 21)] {
            assert_eq!(fdflags_bits(read_fdflags(bits).unwrap()), back, "{bits}");
        }
        assert_eq!(read_fdflags(32), Err(Errno::Inval));
    }

    #[test]
    fn a_time_cannot_be_given_twice() {
        let times = |bits| read_fstflags(bits, 7, 9);
        let (keep, now, at) = (NewTime::Keep, NewTime::Now, |time| NewTime::At(Timestamp(time)));
        assert_eq!(times(0), Ok(NewTimes { accessed: keep, modified: keep }));
        assert_eq!(times(0b1001), Ok(NewTimes { accessed: at(7), modified: now }));
        assert_eq!(times(0b0110), Ok(NewTimes { accessed: now, modified: at(9) }));
        for bits in [0b0011, 0b1100, 0b1_0000] {
            assert_eq!(times(bits), Err(Errno::Inval), "{bits:b}");
        }
    }
}
