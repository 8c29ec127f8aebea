//! Names in directories: making, moving and removing them.

use crate::descriptors::Descriptors;
use crate::grants;
use crate::sys::paths::{self, Links, PathBuffer};
use crate::wasi::errno::{Errno, Result};

/// Bytes of the longest text that a symbolic link can have.
pub(crate) const LINK_BYTES: usize = 4096;

/// Makes a directory.
pub(crate) fn create_directory(descriptors: &Descriptors, fd: u32, path: &mut PathBuffer) -> Result<()> {
    let directory = grants::create_directory(&descriptors.get(fd)?)?;
    Ok(paths::create_directory(&paths::locate(directory, path)?)?)
}

/// Removes an empty directory.
pub(crate) fn remove_directory(descriptors: &Descriptors, fd: u32, path: &mut PathBuffer) -> Result<()> {
    let directory = grants::remove_directory(&descriptors.get(fd)?)?;
    Ok(paths::remove_directory(&paths::locate(directory, path)?)?)
}

/// Removes a name of anything but a directory.
pub(crate) fn unlink_file(descriptors: &Descriptors, fd: u32, path: &mut PathBuffer) -> Result<()> {
    let directory = grants::unlink_file(&descriptors.get(fd)?)?;
    Ok(paths::unlink(&paths::locate(directory, path)?)?)
}

/// Gives what `old` in `old_fd` means the second name `new` in `new_fd`.
pub(crate) fn link(
    descriptors: &Descriptors,
    (old_fd, old): (u32, &mut PathBuffer),
    links: Links,
    (new_fd, new): (u32, &mut PathBuffer),
) -> Result<()> {
    let source = grants::link_source(&descriptors.get(old_fd)?)?;
    let target = grants::link_target(&descriptors.get(new_fd)?)?;
    let source = paths::find(source, old, links)?;
    Ok(paths::link(&source, &paths::locate(target, new)?)?)
}

/// Gives what has the name `old` in `old_fd` the name `new` in `new_fd`; what had that name is gone.
pub(crate) fn rename(
    descriptors: &Descriptors,
    (old_fd, old): (u32, &mut PathBuffer),
    (new_fd, new): (u32, &mut PathBuffer),
) -> Result<()> {
    let source = grants::rename_source(&descriptors.get(old_fd)?)?;
    let target = grants::rename_target(&descriptors.get(new_fd)?)?;
    let source = paths::locate(source, old)?;
    Ok(paths::rename(&source, &paths::locate(target, new)?)?)
}

/// Makes a symbolic link with the text `target`.
///
/// # Errors
///
/// [`Errno::Perm`] if the text is an absolute path: no path of the guest starts at the host's root.
pub(crate) fn symlink(descriptors: &Descriptors, target: &PathBuffer, fd: u32, path: &mut PathBuffer) -> Result<()> {
    let directory = grants::symlink(&descriptors.get(fd)?)?;
    if is_absolute(target.as_bytes()) {
        return Err(Errno::Perm);
    }
    Ok(paths::create_link(target, &paths::locate(directory, path)?)?)
}

/// Writes the text of a symbolic link to `text`; the result is its length in bytes. What does not fit is missing.
///
/// # Errors
///
/// [`Errno::Perm`] if the text is an absolute path: it would tell where things lie on the host.
pub(crate) fn readlink(descriptors: &Descriptors, fd: u32, path: &mut PathBuffer, text: &mut [u8]) -> Result<usize> {
    let directory = grants::readlink(&descriptors.get(fd)?)?;
    let length = paths::read_link(&paths::find(directory, path, Links::Keep)?, text)?;
    match is_absolute(text) {
        true => Err(Errno::Perm),
        false => Ok(length),
    }
}

fn is_absolute(path: &[u8]) -> bool {
    path.first() == Some(&b'/')
}
