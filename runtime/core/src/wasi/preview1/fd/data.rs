//! Data of files.

use crate::audit::Call;
use rustix::fs::Advice;

use crate::guest::{Caller, GuestAddress};
use crate::wasi::errno::Errno;
use crate::wasi::fd::{data, numbers};
use crate::wasi::preopens::descriptors;
use crate::wasi::preview1::{Status, answer, outgoing, write_count};

/// Tells the host how `length` bytes at byte `offset` of `fd` will be used: `advice` is normal (0), sequential (1), random
/// (2), soon (3), not soon (4) or once (5).
///
/// Capability: `fd_advise`.
///
/// Errors: `inval` for other advice, `spipe`, `isdir`.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_advise")]
extern "C" fn fd_advise(_caller: Caller, fd: u32, offset: u64, length: u64, advice: u32) -> Status {
    answer(const { &Call::of("fd_advise") }, || {
        let advice = match advice {
            0 => Advice::Normal,
            1 => Advice::Sequential,
            2 => Advice::Random,
            3 => Advice::WillNeed,
            4 => Advice::DontNeed,
            5 => Advice::NoReuse,
            _ => return Err(Errno::Inval),
        };
        data::advise(descriptors(), fd, offset, length, advice)
    })
}

/// Makes room for `length` bytes at byte `offset` of `fd`; the file grows if that is beyond its end.
///
/// Capability: `fd_allocate`.
///
/// Errors: `inval` for no bytes, `nospc`, `fbig`, `notsup` where the file system cannot, `isdir`.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_allocate")]
extern "C" fn fd_allocate(_caller: Caller, fd: u32, offset: u64, length: u64) -> Status {
    answer(const { &Call::of("fd_allocate") }, || data::allocate(descriptors(), fd, offset, length))
}

/// Waits until the data of `fd` are durable.
///
/// Capability: `fd_datasync`.
///
/// Errors: `io`, `nospc`, `inval` for what cannot be made durable.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_datasync")]
extern "C" fn fd_datasync(_caller: Caller, fd: u32) -> Status {
    answer(const { &Call::of("fd_datasync") }, || data::datasync(descriptors(), fd))
}

/// Reads at byte `offset` of `fd` and leaves its position alone; otherwise as `fd_read`.
///
/// Capability: `fd_read` and `fd_seek`.
///
/// Errors: `inval` for an offset beyond what files can have, `spipe`, `isdir`.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_pread")]
extern "C" fn fd_pread(
    mut caller: Caller,
    fd: u32,
    vectors: GuestAddress,
    count: u32,
    offset: u64,
    read: GuestAddress,
) -> Status {
    answer(const { &Call::of("fd_pread") }, || {
        let mut memory = caller.memory();
        let bytes = data::pread(descriptors(), fd, memory.vectors_mut(vectors, count)?.as_slices_mut(), offset)?;
        write_count(&mut memory, read, bytes)
    })
}

/// Writes at byte `offset` of `fd` and leaves its position alone; otherwise as `fd_write`. Where the file is opened for
/// appending the offset is of no account, as on Linux.
///
/// Capability: `fd_write` and `fd_seek`.
///
/// Errors: `inval` for an offset beyond what files can have, `spipe`, `isdir`, `nospc`, `dquot`, `fbig`.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_pwrite")]
extern "C" fn fd_pwrite(
    mut caller: Caller,
    fd: u32,
    vectors: GuestAddress,
    count: u32,
    offset: u64,
    written: GuestAddress,
) -> Status {
    answer(const { &Call::of("fd_pwrite") }, || {
        let mut memory = caller.memory();
        let bytes = outgoing(&memory, vectors, count, |buffers| data::pwrite(descriptors(), fd, buffers, offset))?;
        write_count(&mut memory, written, bytes)
    })
}

/// Gives the descriptor `from` the number `to`, in one step, and closes what had it.
///
/// Capability: none.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_renumber")]
extern "C" fn fd_renumber(_caller: Caller, from: u32, to: u32) -> Status {
    answer(const { &Call::of("fd_renumber") }, || numbers::renumber(descriptors(), from, to))
}

/// Waits until data and attributes of `fd` are durable.
///
/// Capability: `fd_sync`.
///
/// Errors: `io`, `nospc`, `inval` for what cannot be made durable.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_sync")]
extern "C" fn fd_sync(_caller: Caller, fd: u32) -> Status {
    answer(const { &Call::of("fd_sync") }, || data::sync(descriptors(), fd))
}

/// Writes the position of `fd` to `position` (u64, bytes from the start).
///
/// Capability: `fd_tell` or `fd_seek`.
///
/// Errors: `spipe`, `isdir`.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_tell")]
extern "C" fn fd_tell(mut caller: Caller, fd: u32, position: GuestAddress) -> Status {
    answer(const { &Call::of("fd_tell") }, || caller.memory().write_u64(position, data::tell(descriptors(), fd)?))
}
