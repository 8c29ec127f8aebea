//! What standard streams and all other descriptors are used with: the functions of [`stream`], which describes them, once
//! the granted directories and sockets are among the descriptors.

use super::stream;
use crate::guest::{Caller, GuestAddress};
use crate::wasi::preopens::descriptors;
use crate::wasi::preview1::Status;

/// See [`stream::fd_close`].
#[unsafe(export_name = "wasi_snapshot_preview1.fd_close")]
extern "C" fn fd_close(caller: Caller, fd: u32) -> Status {
    descriptors();
    stream::fd_close(caller, fd)
}

/// See [`stream::fd_fdstat_get`].
#[unsafe(export_name = "wasi_snapshot_preview1.fd_fdstat_get")]
extern "C" fn fd_fdstat_get(caller: Caller, fd: u32, state: GuestAddress) -> Status {
    descriptors();
    stream::fd_fdstat_get(caller, fd, state)
}

/// See [`stream::fd_read`].
#[unsafe(export_name = "wasi_snapshot_preview1.fd_read")]
extern "C" fn fd_read(caller: Caller, fd: u32, vectors: GuestAddress, count: u32, read: GuestAddress) -> Status {
    descriptors();
    stream::fd_read(caller, fd, vectors, count, read)
}

/// See [`stream::fd_seek`].
#[unsafe(export_name = "wasi_snapshot_preview1.fd_seek")]
extern "C" fn fd_seek(caller: Caller, fd: u32, offset: i64, whence: u32, position: GuestAddress) -> Status {
    descriptors();
    stream::fd_seek(caller, fd, offset, whence, position)
}

/// See [`stream::fd_write`].
#[unsafe(export_name = "wasi_snapshot_preview1.fd_write")]
extern "C" fn fd_write(caller: Caller, fd: u32, vectors: GuestAddress, count: u32, written: GuestAddress) -> Status {
    descriptors();
    stream::fd_write(caller, fd, vectors, count, written)
}
