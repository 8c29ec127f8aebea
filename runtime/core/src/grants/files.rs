//! What is done with an open file, and the right it takes.

use super::{Granted, any, data};
use crate::descriptors::Descriptor;
use crate::wasi::errno::Result;
use crate::wasi::rights::Rights;

/// Verb: read data.
pub(crate) enum Read {}

/// Verb: write data.
pub(crate) enum Write {}

/// Verb: learn or move the position.
pub(crate) enum Position {}

/// Verb: tell the kernel how data will be used.
pub(crate) enum Advise {}

/// Verb: make changes durable.
pub(crate) enum Flush {}

/// Verb: learn attributes.
pub(crate) enum Inspect {}

/// Verb: change attributes, the size among them.
pub(crate) enum Change {}

/// Verb: wait until a file is ready.
pub(crate) enum Wait {}

/// What a file is to be ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interest {
    /// To be read.
    Read,
    /// To be written.
    Write,
}

/// `fd_read`, at the position.
pub(crate) fn read(descriptor: &Descriptor) -> Result<Granted<Read>> {
    data(descriptor, Rights::FD_READ)
}

/// `fd_pread`: reading elsewhere is moving there and back.
pub(crate) fn read_at(descriptor: &Descriptor) -> Result<Granted<Read>> {
    data(descriptor, Rights::FD_READ | Rights::FD_SEEK)
}

/// `fd_write`, at the position.
pub(crate) fn write(descriptor: &Descriptor) -> Result<Granted<Write>> {
    data(descriptor, Rights::FD_WRITE)
}

/// `fd_pwrite`.
pub(crate) fn write_at(descriptor: &Descriptor) -> Result<Granted<Write>> {
    data(descriptor, Rights::FD_WRITE | Rights::FD_SEEK)
}

/// `fd_seek`.
pub(crate) fn seek(descriptor: &Descriptor) -> Result<Granted<Position>> {
    data(descriptor, Rights::FD_SEEK)
}

/// `fd_tell`, which the right to move the position includes.
pub(crate) fn tell(descriptor: &Descriptor) -> Result<Granted<Position>> {
    data(descriptor, Rights::FD_TELL).or_else(|_| seek(descriptor))
}

/// `fd_advise`.
pub(crate) fn advise(descriptor: &Descriptor) -> Result<Granted<Advise>> {
    data(descriptor, Rights::FD_ADVISE)
}

/// `fd_allocate`.
pub(crate) fn allocate(descriptor: &Descriptor) -> Result<Granted<Change>> {
    data(descriptor, Rights::FD_ALLOCATE)
}

/// `fd_filestat_set_size`.
pub(crate) fn set_size(descriptor: &Descriptor) -> Result<Granted<Change>> {
    data(descriptor, Rights::FD_FILESTAT_SET_SIZE)
}

/// `fd_filestat_set_times`.
pub(crate) fn set_times(descriptor: &Descriptor) -> Result<Granted<Change>> {
    any(descriptor, Rights::FD_FILESTAT_SET_TIMES)
}

/// `fd_fdstat_set_flags`.
pub(crate) fn set_flags(descriptor: &Descriptor) -> Result<Granted<Change>> {
    any(descriptor, Rights::FD_FDSTAT_SET_FLAGS)
}

/// `fd_sync`.
pub(crate) fn sync(descriptor: &Descriptor) -> Result<Granted<Flush>> {
    any(descriptor, Rights::FD_SYNC)
}

/// `fd_datasync`.
pub(crate) fn datasync(descriptor: &Descriptor) -> Result<Granted<Flush>> {
    any(descriptor, Rights::FD_DATASYNC)
}

/// `fd_filestat_get`.
pub(crate) fn filestat_get(descriptor: &Descriptor) -> Result<Granted<Inspect>> {
    any(descriptor, Rights::FD_FILESTAT_GET)
}

/// `fd_fdstat_get`: who has a descriptor may know what it is.
pub(crate) fn fdstat_get(descriptor: &Descriptor) -> Granted<Inspect> {
    Granted::new(descriptor.host)
}

/// `poll_oneoff`, for one descriptor.
pub(crate) fn wait(descriptor: &Descriptor, interest: Interest) -> Result<Granted<Wait>> {
    let transfer = match interest {
        Interest::Read => Rights::FD_READ,
        Interest::Write => Rights::FD_WRITE,
    };
    any(descriptor, Rights::POLL_FD_READWRITE | transfer)
}
