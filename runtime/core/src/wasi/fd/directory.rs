//! Open directories.

use crate::descriptors::Descriptors;
use crate::grants::{self, Directory};
use crate::sys::files;
use crate::wasi::errno::{Errno, Result};
use crate::wasi::types::FileType;

/// An entry of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// Where the entry after this one is found.
    pub(crate) next: u64,
    pub(crate) inode: u64,
    pub(crate) file_type: FileType,
    pub(crate) name: &'a [u8],
}

/// Calls `visit` for the entries of a directory from `cookie` on, `.` and `..` among them, until it answers `None`. The
/// first entry's cookie is 0, that of the others is in the entry before.
pub(crate) fn list(
    descriptors: &Descriptors,
    fd: u32,
    cookie: u64,
    mut visit: impl FnMut(Entry<'_>) -> Option<()>,
) -> Result<()> {
    let directory = grants::read_directory(&descriptors.get(fd)?)?;
    let visited = files::list(directory, cookie, |entry| {
        visit(Entry {
            next: entry.next_entry_cookie(),
            inode: entry.ino(),
            file_type: entry.file_type().into(),
            name: entry.file_name().to_bytes(),
        })
    });
    Ok(visited?)
}

/// The path that the guest sees of the granted directory that `fd` is.
///
/// # Errors
///
/// [`Errno::Badf`] if it is none.
pub(crate) fn granted_path(descriptors: &Descriptors, fd: u32) -> Result<&'static [u8]> {
    let number = descriptors.get(fd)?.preopen.ok_or(Errno::Badf)?;
    let directory: Option<Directory<'static>> = grants::directories().nth(usize::from(number));
    directory.map(|directory| directory.guest).ok_or(Errno::Badf)
}
