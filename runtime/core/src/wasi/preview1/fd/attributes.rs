//! Attributes of files and of descriptors.

use crate::audit::Call;
use crate::guest::{Caller, GuestAddress};
use crate::wasi::fd::attributes;
use crate::wasi::preopens::descriptors;
use crate::wasi::preview1::{Status, answer, records};
use crate::wasi::rights::Rights;

/// Changes how `fd` behaves; `flags` are `fdflags`.
///
/// Capability: `fd_fdstat_set_flags`. The standard streams do not have it: their flags are shared with other processes.
///
/// Errors: `notsup` if `dsync`, `rsync` or `sync` would change.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_fdstat_set_flags")]
extern "C" fn fd_fdstat_set_flags(_caller: Caller, fd: u32, flags: u32) -> Status {
    answer(const { &Call::of("fd_fdstat_set_flags") }, || {
        attributes::set_flags(descriptors(), fd, records::read_fdflags(flags)?)
    })
}

/// Reduces the rights of `fd` to `rights`, and those of what will be opened through it to `inheriting`.
///
/// Capability: all of these rights.
///
/// Errors: `notcapable` for rights that it does not have.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_fdstat_set_rights")]
extern "C" fn fd_fdstat_set_rights(_caller: Caller, fd: u32, rights: u64, inheriting: u64) -> Status {
    answer(const { &Call::of("fd_fdstat_set_rights") }, || {
        descriptors().restrict(fd, Rights::from_bits(rights), Rights::from_bits(inheriting))
    })
}

/// Writes the attributes of `fd` to `filestat`: 64 bytes.
///
/// Capability: `fd_filestat_get`.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_filestat_get")]
extern "C" fn fd_filestat_get(mut caller: Caller, fd: u32, filestat: GuestAddress) -> Status {
    answer(const { &Call::of("fd_filestat_get") }, || {
        caller.memory().write(filestat, &records::filestat(&attributes::get(descriptors(), fd)?))
    })
}

/// Sets the size of `fd` in bytes.
///
/// Capability: `fd_filestat_set_size`.
///
/// Errors: `inval` and `fbig` for sizes that files cannot have, `isdir`.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_filestat_set_size")]
extern "C" fn fd_filestat_set_size(_caller: Caller, fd: u32, size: u64) -> Status {
    answer(const { &Call::of("fd_filestat_set_size") }, || attributes::set_size(descriptors(), fd, size))
}

/// Sets the times of `fd` (nanoseconds since 1970) that `flags` (`fstflags`) name.
///
/// Capability: `fd_filestat_set_times`.
///
/// Errors: `inval` if a time is to be both what is given and now.
#[unsafe(export_name = "wasi_snapshot_preview1.fd_filestat_set_times")]
extern "C" fn fd_filestat_set_times(_caller: Caller, fd: u32, accessed: u64, modified: u64, flags: u32) -> Status {
    answer(const { &Call::of("fd_filestat_set_times") }, || {
        attributes::set_times(descriptors(), fd, records::read_fstflags(flags, accessed, modified)?)
    })
}
