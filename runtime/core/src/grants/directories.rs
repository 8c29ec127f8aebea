//! What is done in an open directory, and the right it takes.

use super::{Granted, directory, table};
use crate::audit;
use crate::descriptors::{Descriptor, Kind};
use crate::wasi::errno::{Errno, Result};
use crate::wasi::rights::Rights;

/// Verb: list the entries.
pub(crate) enum List {}

/// Verb: look at what a path leads to.
pub(crate) enum Lookup {}

/// Verb: change which names there are, or the attributes of what a path leads to.
pub(crate) enum Alter {}

/// Verb: open what a path leads to, or create it.
pub(crate) enum Open {}

/// A verb that is done to what a path in a directory leads to.
pub(crate) trait InDirectory {}

impl InDirectory for Lookup {}
impl InDirectory for Alter {}
impl InDirectory for Open {}

/// What `path_open` asks for, as far as it takes a right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    /// The file is created if it is not there.
    pub(crate) create: bool,
    /// The file loses its contents.
    pub(crate) truncate: bool,
    /// The rights that the new descriptor is to have.
    pub(crate) rights: Rights,
}

/// `path_open` of `path`, and the rights that what is opened can have. Rights that the directory does not pass on are simply missing from the new descriptor, as programs ask for
/// whatever they know; but a file is not opened for reading or writing less than was asked for.
pub(crate) fn open(descriptor: &Descriptor, opening: Opening, path: &[u8]) -> Result<(Granted<Open>, Rights)> {
    audit::changes(opening.create || opening.truncate || opening.rights.intersects(Rights::FD_WRITE));
    let mut needed = Rights::PATH_OPEN;
    if opening.create {
        needed = needed | Rights::PATH_CREATE_FILE;
    }
    if opening.truncate {
        needed = needed | Rights::PATH_FILESTAT_SET_SIZE;
    }
    let granted = directory(descriptor, needed)?;
    let inheriting = inheriting(descriptor, path)?;
    let changes = opening.create || opening.truncate;
    let is_refused = opening.rights.without(inheriting).intersects(Rights::FD_READ | Rights::FD_WRITE)
        || (changes && !inheriting.contains(Rights::FD_WRITE));
    match is_refused && !cfg!(feature = "ungated") {
        true => Err(Errno::Notcapable),
        false => Ok((granted, inheriting)),
    }
}

/// What at most may be done with what is opened under `path`.
fn inheriting(descriptor: &Descriptor, path: &[u8]) -> Result<Rights> {
    if cfg!(feature = "ungated") {
        return Ok(Rights::from_bits(u64::MAX));
    }
    match (descriptor.kind, descriptor.preopen) {
        (Kind::Files, Some(number)) => Ok(table::file_rights(number, path)?.limited_to(descriptor.inheriting)),
        (Kind::Files, None) => Err(Errno::Notcapable),
        _ => Ok(descriptor.inheriting),
    }
}

/// `fd_readdir`.
pub(crate) fn read_directory(descriptor: &Descriptor) -> Result<Granted<List>> {
    directory(descriptor, Rights::FD_READDIR)
}

/// `path_filestat_get` of `path`.
pub(crate) fn filestat_get_at(descriptor: &Descriptor, path: &[u8]) -> Result<Granted<Lookup>> {
    let granted = directory(descriptor, Rights::PATH_FILESTAT_GET)?;
    inheriting(descriptor, path).map(|_| granted)
}

/// `path_readlink`.
pub(crate) fn readlink(descriptor: &Descriptor) -> Result<Granted<Lookup>> {
    directory(descriptor, Rights::PATH_READLINK)
}

/// `path_filestat_set_times`.
pub(crate) fn set_times_at(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_FILESTAT_SET_TIMES)
}

/// `path_create_directory`.
pub(crate) fn create_directory(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_CREATE_DIRECTORY)
}

/// `path_remove_directory`.
pub(crate) fn remove_directory(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_REMOVE_DIRECTORY)
}

/// `path_unlink_file`.
pub(crate) fn unlink_file(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_UNLINK_FILE)
}

/// `path_symlink`.
pub(crate) fn symlink(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_SYMLINK)
}

/// `path_link`, where the file is.
pub(crate) fn link_source(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_LINK_SOURCE)
}

/// `path_link`, where the new name goes.
pub(crate) fn link_target(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_LINK_TARGET)
}

/// `path_rename`, where the old name is.
pub(crate) fn rename_source(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_RENAME_SOURCE)
}

/// `path_rename`, where the new name goes.
pub(crate) fn rename_target(descriptor: &Descriptor) -> Result<Granted<Alter>> {
    directory(descriptor, Rights::PATH_RENAME_TARGET)
}
