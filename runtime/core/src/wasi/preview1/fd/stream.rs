//! What standard streams are used with, for programs that have no other descriptors; [`super::opened`] has what stands for
//! these functions where there are more.

use crate::audit::Call;
use rustix::fs::SeekFrom;

use crate::descriptors::descriptors;
use crate::guest::{Caller, GuestAddress};
use crate::wasi::errno::Errno;
use crate::wasi::fd::{attributes, data, numbers};
use crate::wasi::preview1::{Status, answer, outgoing, records, write_count};

/// Closes `fd`.
///
/// Capability: none.
#[unsafe(export_name = "wasmelt_streams.fd_close")]
pub(super) extern "C" fn fd_close(_caller: Caller, fd: u32) -> Status {
    answer(const { &Call::of("fd_close") }, || numbers::close(descriptors(), fd))
}

/// Writes what `fd` is to `state`: an `fdstat`, 24 bytes.
///
/// Capability: none.
#[unsafe(export_name = "wasmelt_streams.fd_fdstat_get")]
pub(super) extern "C" fn fd_fdstat_get(mut caller: Caller, fd: u32, state: GuestAddress) -> Status {
    answer(const { &Call::of("fd_fdstat_get") }, || {
        caller.memory().write(state, &records::fdstat(&attributes::state(descriptors(), fd)?))
    })
}

/// Reads from `fd` at its position into the `count` buffers that the vectors at `vectors` describe; writes how many bytes
/// were read to `read` (u32): 0 at the end of the file. At most 64 buffers are used, and none that overlaps one before it.
///
/// Capability: `fd_read`.
///
/// Errors: `isdir`; `again` if the descriptor does not block.
#[unsafe(export_name = "wasmelt_streams.fd_read")]
pub(super) extern "C" fn fd_read(
    mut caller: Caller,
    fd: u32,
    vectors: GuestAddress,
    count: u32,
    read: GuestAddress,
) -> Status {
    answer(const { &Call::of("fd_read") }, || {
        let mut memory = caller.memory();
        let bytes = data::read(descriptors(), fd, memory.vectors_mut(vectors, count)?.as_slices_mut())?;
        write_count(&mut memory, read, bytes)
    })
}

/// Moves the position of `fd` by `offset` bytes from the start (`whence` 0), from where it is (1) or from the end (2);
/// writes the new one to `position` (u64).
///
/// Capability: `fd_seek`.
///
/// Errors: `inval` for a position before the start, `spipe` for what has no position, `isdir`.
#[unsafe(export_name = "wasmelt_streams.fd_seek")]
pub(super) extern "C" fn fd_seek(
    mut caller: Caller,
    fd: u32,
    offset: i64,
    whence: u32,
    position: GuestAddress,
) -> Status {
    answer(const { &Call::of("fd_seek") }, || {
        let to = match whence {
            0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::Inval)?),
            1 => SeekFrom::Current(offset),
            2 => SeekFrom::End(offset),
            _ => return Err(Errno::Inval),
        };
        caller.memory().write_u64(position, data::seek(descriptors(), fd, to)?)
    })
}

/// Writes to `fd`, at its position, the `count` buffers that the vectors at `vectors` describe; writes how many bytes were
/// written to `written` (u32). At most 64 buffers are used.
///
/// Capability: `fd_write`.
///
/// Errors: `isdir`; `nospc`, `dquot`, `fbig`; `again` if the descriptor does not block.
#[unsafe(export_name = "wasmelt_streams.fd_write")]
pub(super) extern "C" fn fd_write(
    mut caller: Caller,
    fd: u32,
    vectors: GuestAddress,
    count: u32,
    written: GuestAddress,
) -> Status {
    answer(const { &Call::of("fd_write") }, || {
        let mut memory = caller.memory();
        let bytes = outgoing(&memory, vectors, count, |buffers| data::write(descriptors(), fd, buffers))?;
        write_count(&mut memory, written, bytes)
    })
}
