//! Paths of the guest, confined to the directories it was granted.
//!
//! A path never leads out of its directory: not by `..`, not by an absolute path, not by a symbolic link, whoever renames
//! what meanwhile. Two mechanisms see to that, and tests hold them against each other:
//!
//! - [`beneath`]: the kernel resolves the whole path and refuses what would leave (`openat2` with `RESOLVE_BENEATH`);
//! - [`walk`]: where the kernel lacks that call, or a filter forbids it, component by component from the directory down,
//!   never through a link and never up.
//!
//! A path is resolved to a [`Place`]: an open directory and one name in it. What is then done with the name does not
//! follow links, so that nothing can move it elsewhere between the two steps. Only opening a file is a single call.

mod beneath;
mod buffer;
mod place;
#[cfg(feature = "ungated")]
mod ungated;
mod walk;

#[cfg(test)]
mod tests;

use rustix::fd::OwnedFd;
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, Stat, Timestamps};
use rustix::io;

use crate::grants::{Alter, Granted, InDirectory, Lookup, Open};
use crate::sys::files::{self, HostFile, NAME_ITSELF};

pub(crate) use buffer::PathBuffer;
pub(crate) use place::Place;

/// The permissions of files that the guest creates, before the process's mask.
const FILE_MODE: Mode = Mode::from_raw_mode(0o666);

/// The permissions of directories that the guest creates, before the process's mask.
const DIRECTORY_MODE: Mode = Mode::from_raw_mode(0o777);

/// How a path is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mechanism {
    /// By the kernel; by hand where it cannot.
    Any,
    /// By hand.
    #[cfg(test)]
    Walk,
}

/// What happens with the last component of a path if it is a symbolic link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// It is what the path means.
    Keep,
    /// The path means what it leads to. A `/` at the end of the path says so as well.
    Follow,
}

/// What may be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Openable {
    /// Files and directories. Pipes, sockets and devices lead elsewhere.
    Files,
    /// Whatever has the name: it was granted by it.
    Anything,
}

/// The place that `path` in `directory` means, for something that exists: its name is not a link if links are followed.
///
/// # Errors
///
/// [`io::Errno::PERM`] if the path leads out of the directory, and what the kernel has to say about its components.
pub(crate) fn find<Verb: InDirectory>(
    directory: Granted<Verb>,
    path: &mut PathBuffer,
    links: Links,
) -> io::Result<Place<'_, Verb>> {
    place::find(directory, path, links, Mechanism::Any)
}

/// The place that `path` in `directory` means, for a name that is to be made or removed: links are not followed, and a `/`
/// at the end stays there for the kernel to judge.
///
/// # Errors
///
/// As for [`find`].
pub(crate) fn locate<Verb: InDirectory>(
    directory: Granted<Verb>,
    path: &mut PathBuffer,
) -> io::Result<Place<'_, Verb>> {
    place::locate(directory, path, Mechanism::Any)
}

/// Opens what `path` in `directory` means, and says what it is. `flags` are those of `open`; links are followed as `links`
/// says, unless the file must not exist.
///
/// # Errors
///
/// As for [`find`]; [`io::Errno::LOOP`] for a link that is not followed; [`io::Errno::PERM`] for what is not openable; and
/// those of `open`.
pub(crate) fn open(
    directory: Granted<Open>,
    path: &mut PathBuffer,
    links: Links,
    flags: OFlags,
    openable: Openable,
) -> io::Result<(HostFile, FileType)> {
    #[cfg(feature = "ungated")]
    if let Some(file) = ungated::open(&directory, path, flags) {
        return with_type(file?);
    }
    match openable {
        Openable::Files => open_file(directory, path, links, flags),
        Openable::Anything => with_type(open_by(Mechanism::Any, directory, path, links, flags)?),
    }
}

/// Opens a file or a directory.
fn open_file(
    directory: Granted<Open>,
    path: &mut PathBuffer,
    links: Links,
    flags: OFlags,
) -> io::Result<(HostFile, FileType)> {
    // What it is shows once it is open, and opening a pipe waits for its other end unless it is told not to.
    let file = match open_by(Mechanism::Any, directory, path, links, flags | OFlags::NONBLOCK) {
        // A pipe without another end, a socket, a device without a driver.
        Err(io::Errno::NXIO) => return Err(io::Errno::PERM),
        opened => opened?,
    };
    if !flags.contains(OFlags::NONBLOCK) {
        fs::fcntl_setfl(&file, flags)?;
    }
    let (file, found) = with_type(file)?;
    if matches!(found, FileType::RegularFile | FileType::Directory) {
        return Ok((file, found));
    }
    files::close(file);
    Err(io::Errno::PERM)
}

fn with_type(file: OwnedFd) -> io::Result<(HostFile, FileType)> {
    let found = FileType::from_raw_mode(fs::fstat(&file)?.st_mode);
    HostFile::adopt(file).map(|file| (file, found))
}

fn open_by(
    mechanism: Mechanism,
    directory: Granted<Open>,
    path: &mut PathBuffer,
    links: Links,
    flags: OFlags,
) -> io::Result<OwnedFd> {
    place::check_relative(path.as_bytes())?;
    // A guest's file never becomes the process's terminal, and never reaches another program.
    let flags = flags | OFlags::CLOEXEC | OFlags::NOCTTY;
    if mechanism == Mechanism::Any {
        let follow = if links == Links::Keep { OFlags::NOFOLLOW } else { OFlags::empty() };
        let opened = beneath::open(directory.subject().borrow(), path.as_c_str(), flags | follow, mode(flags));
        if let Some(opened) = opened {
            return opened;
        }
    }
    let links = if flags.contains(OFlags::CREATE | OFlags::EXCL) { Links::Keep } else { links };
    let place = place::find(directory, path, links, mechanism)?;
    open_at(&place, flags)
}

fn open_at(place: &Place<'_, Open>, flags: OFlags) -> io::Result<OwnedFd> {
    let slash = match place.must_be_directory {
        // Only a file can be created here; of `.` and `..` the kernel will say that they are there already.
        true if flags.contains(OFlags::CREATE) && place.has_name() => return Err(io::Errno::ISDIR),
        true if !flags.contains(OFlags::CREATE) => OFlags::DIRECTORY,
        _ => OFlags::empty(),
    };
    fs::openat(place.directory(), place.name(), flags | slash | OFlags::NOFOLLOW, mode(flags))
}

/// The permissions of what is created; `openat2` wants none where nothing is.
fn mode(flags: OFlags) -> Mode {
    if flags.contains(OFlags::CREATE) { FILE_MODE } else { Mode::empty() }
}

/// The attributes of what is at `place`.
pub(crate) fn stat(place: &Place<'_, Lookup>) -> io::Result<Stat> {
    let stat = fs::statat(place.directory(), place.name(), NAME_ITSELF)?;
    match place.must_be_directory && FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        true => Err(io::Errno::NOTDIR),
        false => Ok(stat),
    }
}

/// The target of the symbolic link at `place`, written to `target`; the result is its length in bytes. What does not fit
/// is missing.
pub(crate) fn read_link(place: &Place<'_, Lookup>, target: &mut [u8]) -> io::Result<usize> {
    fs::readlinkat_raw(place.directory(), place.name(), target)
}

/// Sets the times of access and modification of what is at `place`.
pub(crate) fn set_times(place: &Place<'_, Alter>, times: &Timestamps) -> io::Result<()> {
    if place.must_be_directory {
        let stat = fs::statat(place.directory(), place.name(), NAME_ITSELF)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
            return Err(io::Errno::NOTDIR);
        }
    }
    fs::utimensat(place.directory(), place.name(), times, NAME_ITSELF)
}

/// Makes a directory.
pub(crate) fn create_directory(place: &Place<'_, Alter>) -> io::Result<()> {
    fs::mkdirat(place.directory(), place.name(), DIRECTORY_MODE)
}

/// Removes an empty directory.
pub(crate) fn remove_directory(place: &Place<'_, Alter>) -> io::Result<()> {
    fs::unlinkat(place.directory(), place.name(), AtFlags::REMOVEDIR)
}

/// Removes a name of anything but a directory.
pub(crate) fn unlink(place: &Place<'_, Alter>) -> io::Result<()> {
    fs::unlinkat(place.directory(), place.name(), AtFlags::empty())
}

/// Makes a symbolic link with the text `target`.
pub(crate) fn create_link(target: &PathBuffer, place: &Place<'_, Alter>) -> io::Result<()> {
    fs::symlinkat(target.as_c_str(), place.directory(), place.name())
}

/// Gives what is at `old` a second name.
pub(crate) fn link(old: &Place<'_, Alter>, new: &Place<'_, Alter>) -> io::Result<()> {
    if old.must_be_directory {
        // Directories have one name each; anything else is not what the path says.
        let stat = fs::statat(old.directory(), old.name(), NAME_ITSELF)?;
        let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        return Err(if is_directory { io::Errno::PERM } else { io::Errno::NOTDIR });
    }
    fs::linkat(old.directory(), old.name(), new.directory(), new.name(), AtFlags::empty())
}

/// Gives what is at `old` the name at `new`, in the place of what has it.
pub(crate) fn rename(old: &Place<'_, Alter>, new: &Place<'_, Alter>) -> io::Result<()> {
    fs::renameat(old.directory(), old.name(), new.directory(), new.name())
}
