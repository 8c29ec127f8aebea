//! Open directories.

use crate::audit::Call;
use crate::guest::{Caller, GuestAddress};
use crate::wasi::errno::{Errno, Result};
use crate::wasi::fd::directory::{self, Entry};
use crate::wasi::preopens::descriptors;
use crate::wasi::preview1::{Status, answer, records, write_count};

/// Writes what granted directory `fd` is to `prestat`: 8 bytes, with the length of its path.
///
/// Capability: none.
///
/// Errors: `badf` for other descriptors as well.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_prestat_get")]
extern "C" fn fd_prestat_get(mut caller: Caller, fd: u32, prestat: GuestAddress) -> Status {
    answer(const { &Call::of("fd_prestat_get") }, || {
        let path = directory::granted_path(descriptors(), fd)?;
        caller.memory().write(prestat, &records::prestat(length(path)?))
    })
}

/// Writes the path of the granted directory `fd` to the `room` bytes at `path`, without a zero byte at its end.
///
/// Capability: none.
///
/// Errors: `badf` for other descriptors as well, `nametoolong` if there is no room for it.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_prestat_dir_name")]
extern "C" fn fd_prestat_dir_name(mut caller: Caller, fd: u32, path: GuestAddress, room: u32) -> Status {
    answer(const { &Call::of("fd_prestat_dir_name") }, || {
        let granted = directory::granted_path(descriptors(), fd)?;
        match length(granted)? <= room {
            true => caller.memory().write(path, granted),
            false => Err(Errno::Nametoolong),
        }
    })
}

/// Writes entries of the directory `fd`, from `cookie` on (0: from the first), to the `room` bytes at `buffer`: for each a
/// `dirent` of 24 bytes and the name. The last is cut off where the room ends. Writes how many bytes were used to `used`
/// (u32); less than `room` means that there are no more entries.
///
/// Capability: `fd_readdir`.
///
/// Errors: `inval` for a cookie that never was one.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_readdir")]
extern "C" fn fd_readdir(
    mut caller: Caller,
    fd: u32,
    buffer: GuestAddress,
    room: u32,
    cookie: u64,
    used: GuestAddress,
) -> Status {
    answer(const { &Call::of("fd_readdir") }, || {
        let mut memory = caller.memory();
        let buffer = memory.slice_mut(buffer, room as usize)?;
        let mut filled = 0;
        directory::list(descriptors(), fd, cookie, |entry| {
            let rest = buffer.get_mut(filled..).filter(|rest| !rest.is_empty())?;
            filled += write_entry(rest, &entry);
            Some(())
        })?;
        write_count(&mut memory, used, filled)
    })
}

/// Writes as much of an entry as there is room for; the result is how many bytes that is.
fn write_entry(room: &mut [u8], entry: &Entry<'_>) -> usize {
    // The host's names have at most 255 bytes.
    let name_bytes = entry.name.len() as u32;
    let record = records::dirent(entry.next, entry.inode, name_bytes, entry.file_type as u8);
    let mut filled = 0;
    for (place, byte) in room.iter_mut().zip(record.iter().chain(entry.name)) {
        *place = *byte;
        filled += 1;
    }
    filled
}

fn length(path: &[u8]) -> Result<u32> {
    u32::try_from(path.len()).map_err(|_| Errno::Overflow)
}
