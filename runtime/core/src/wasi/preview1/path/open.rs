//! Opening files.

use crate::audit::Call;
use crate::guest::{Caller, GuestAddress};
use crate::wasi::path::open::{self, Request};
use crate::wasi::preopens::descriptors;
use crate::wasi::preview1::{Status, answer, known_flags, read_path, records};
use crate::wasi::rights::Rights;

/// Bits of `oflags`.
mod oflags {
    pub(super) const CREAT: u32 = 1;
    pub(super) const DIRECTORY: u32 = 1 << 1;
    pub(super) const EXCL: u32 = 1 << 2;
    pub(super) const TRUNC: u32 = 1 << 3;
}

/// Opens what a path means and writes its descriptor to `opened` (u32).
///
/// `lookup` (`lookupflags`) says whether a link at the end of the path is followed; `oflags` create (1), want a directory
/// (2), want a file that is not there (4) and drop its contents (8). `rights` are those that the descriptor is to have,
/// `inheriting` those of what will be opened through it; of both it gets what the directory passes on and what applies to
/// the type of the file. `flags` are `fdflags`.
///
/// Capability: `path_open`; `path_create_file` to create; `path_filestat_set_size` to drop the contents; and the directory
/// passes on `fd_read` and `fd_write` if they are among the rights.
///
/// Errors: `noent`, `exist`, `acces`, `loop` for a link that is not followed, `isdir` for a directory to be written,
/// `inval` for a directory to be created, `mfile`, `nfile`, `nospc`, `rofs`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_open")]
extern "C" fn path_open(
    mut caller: Caller,
    fd: u32,
    lookup: u32,
    path: GuestAddress,
    path_length: u32,
    oflags: u32,
    rights: u64,
    inheriting: u64,
    flags: u32,
    opened: GuestAddress,
) -> Status {
    answer(const { &Call::of("path_open") }, || {
        let mut memory = caller.memory();
        let oflags = known_flags(oflags, oflags::CREAT | oflags::DIRECTORY | oflags::EXCL | oflags::TRUNC)?;
        let request = Request {
            links: records::read_lookupflags(lookup)?,
            create: oflags & oflags::CREAT != 0,
            exclusive: oflags & oflags::EXCL != 0,
            directory: oflags & oflags::DIRECTORY != 0,
            truncate: oflags & oflags::TRUNC != 0,
            rights: Rights::from_bits(rights),
            inheriting: Rights::from_bits(inheriting),
            flags: records::read_fdflags(flags)?,
        };
        // Before there is a descriptor that the guest would never learn of.
        memory.slice(opened, 4)?;
        let fd = open::open(descriptors(), fd, &mut read_path(&memory, path, path_length)?, &request)?;
        memory.write_u32(opened, fd)
    })
}
