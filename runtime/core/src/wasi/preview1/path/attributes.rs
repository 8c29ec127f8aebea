//! Attributes of what a path leads to.

use crate::audit::Call;
use crate::guest::{Caller, GuestAddress};
use crate::wasi::path::attributes;
use crate::wasi::preopens::descriptors;
use crate::wasi::preview1::{Status, answer, read_path, records};

/// Writes the attributes of what a path means to `filestat`: 64 bytes. `lookup` (`lookupflags`) says whether a link at its
/// end is followed.
///
/// Capability: `path_filestat_get`.
///
/// Errors: `noent`, `acces`, `loop`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_filestat_get")]
extern "C" fn path_filestat_get(
    mut caller: Caller,
    fd: u32,
    lookup: u32,
    path: GuestAddress,
    path_length: u32,
    filestat: GuestAddress,
) -> Status {
    answer(const { &Call::of("path_filestat_get") }, || {
        let mut memory = caller.memory();
        let mut path = read_path(&memory, path, path_length)?;
        let attributes = attributes::get(descriptors(), fd, records::read_lookupflags(lookup)?, &mut path)?;
        memory.write(filestat, &records::filestat(&attributes))
    })
}

/// Sets those times of what a path means (nanoseconds since 1970) that `flags` (`fstflags`) name. `lookup` (`lookupflags`)
/// says whether a link at its end is followed.
///
/// Capability: `path_filestat_set_times`.
///
/// Errors: `inval` if a time is to be both what is given and now; `noent`, `acces`, `loop`, `rofs`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_filestat_set_times")]
extern "C" fn path_filestat_set_times(
    mut caller: Caller,
    fd: u32,
    lookup: u32,
    path: GuestAddress,
    path_length: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Status {
    answer(const { &Call::of("path_filestat_set_times") }, || {
        let mut path = read_path(&caller.memory(), path, path_length)?;
        let times = records::read_fstflags(flags, accessed, modified)?;
        attributes::set_times(descriptors(), fd, records::read_lookupflags(lookup)?, &mut path, times)
    })
}
