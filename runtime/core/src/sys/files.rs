//! Open files of the host: what needs no path.
//!
//! Every function takes the permission for what it does (see [`crate::grants`]); the host's descriptor comes out of it.

use core::sync::atomic::{AtomicI32, Ordering::Relaxed};

use rustix::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use rustix::fs::{
    self, Advice, AtFlags, FallocateFlags, Mode, OFlags, RawDir, RawDirEntry, SeekFrom, Stat, Timestamps,
};
use rustix::io::{self, IoSlice, IoSliceMut};

use crate::grants::{Advise, Change, Flush, Granted, Inspect, List, OpenDirectory, Position, Read, Write};
use crate::sys::paths::PathBuffer;

/// `O_DSYNC`, the same on both architectures; rustix's constant of that name is `O_SYNC`, which includes it.
pub(crate) const O_DSYNC: OFlags = OFlags::from_bits_retain(0o10000);

/// The lowest number that a file opened here gets. A process can be started with a standard stream closed; what it opens
/// then must not become that stream.
pub(in crate::sys) const LOWEST: RawFd = 3;

/// An open file of the host, by its number. It is closed with [`close`], not by going out of scope.
///
/// Invariant: not −1. It stays open while it is in the table of descriptors; a function of this crate that is given it has
/// just taken it from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostFile(RawFd);

impl HostFile {
    /// Standard input.
    pub(crate) const STANDARD_INPUT: HostFile = HostFile(0);

    /// Standard error: the runtime's own messages go there as well.
    const STANDARD_ERROR: HostFile = HostFile(2);

    /// The standard stream with this number, which is at most 2.
    pub(crate) const fn standard_stream(number: usize) -> HostFile {
        HostFile(number as RawFd)
    }

    /// What stands where no file does; zero, so that a table of them costs nothing.
    pub(crate) const UNUSED: HostFile = HostFile(0);

    /// Keeps `file` open from now on.
    ///
    /// # Errors
    ///
    /// If the process has no number left from [`LOWEST`] on.
    pub(in crate::sys) fn adopt(file: OwnedFd) -> io::Result<HostFile> {
        let file = if file.as_raw_fd() < LOWEST { io::fcntl_dupfd_cloexec(file, LOWEST)? } else { file };
        Ok(HostFile(file.into_raw_fd()))
    }

    /// A file that a test has opened.
    #[cfg(test)]
    pub(crate) fn for_test(file: OwnedFd) -> HostFile {
        HostFile::adopt(file).unwrap()
    }

    /// Its number, for a system call that takes it in a structure.
    pub(in crate::sys) fn number(self) -> RawFd {
        self.0
    }

    /// The descriptor, for the system calls of one host function.
    pub(in crate::sys) fn borrow<'call>(self) -> BorrowedFd<'call> {
        // SAFETY: it is not −1, and open during the call (the type's invariant).
        unsafe { BorrowedFd::borrow_raw(self.0) }
    }
}

/// Gives up `file`. Standard error stays open: it is where a trap is reported.
pub(crate) fn close(file: HostFile) {
    if file != HostFile::STANDARD_ERROR {
        // SAFETY: the caller has taken it out of the table of descriptors, so that nobody uses the number any more.
        unsafe { io::close(file.0) };
    }
}

/// Opens a granted directory: so that it can be listed, synchronised and given times; or, where the process may only pass
/// through it, without that. `path` is room for its path on the host.
pub(crate) fn open_directory(granted: &Granted<OpenDirectory, &[u8]>, path: &mut PathBuffer) -> io::Result<HostFile> {
    path.push(granted.subject())?;
    let path = path.as_c_str();
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    let file = match fs::openat(fs::CWD, path, OFlags::RDONLY | flags, Mode::empty()) {
        Err(io::Errno::ACCESS) => fs::openat(fs::CWD, path, OFlags::PATH | flags, Mode::empty()),
        opened => opened,
    };
    HostFile::adopt(file?)
}

/// Granted directories that start-up has opened and the program has not asked for yet, by their numbers; 0 for none. Those
/// with higher numbers are opened a second time.
static OPENED_EARLY: [AtomicI32; 16] = [const { AtomicI32::new(0) }; 16];

/// Leaves the `number`th granted directory, which is open, to [`take_early`].
pub(in crate::sys) fn keep_early(number: usize, directory: HostFile) {
    match OPENED_EARLY.get(number) {
        Some(place) => place.store(directory.0, Relaxed),
        None => close(directory),
    }
}

/// The `number`th granted directory, if start-up has opened it.
pub(crate) fn take_early(number: usize) -> Option<HostFile> {
    let file = OPENED_EARLY.get(number)?.swap(0, Relaxed);
    (file != 0).then_some(HostFile(file))
}

/// The file `name` in `directory`, to name it to the kernel; not what a link of that name leads to.
pub(in crate::sys) fn open_named(directory: HostFile, name: &[u8]) -> io::Result<HostFile> {
    let mut path = PathBuffer::new();
    path.push(name)?;
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    HostFile::adopt(fs::openat(directory.borrow(), path.as_c_str(), flags, Mode::empty())?)
}

/// Reads at the position into `buffers` and moves it by the result, in bytes.
pub(crate) fn read(file: Granted<Read>, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
    io::readv(file.subject().borrow(), buffers)
}

/// Reads at byte `offset` into `buffers`.
pub(crate) fn read_at(file: Granted<Read>, buffers: &mut [IoSliceMut<'_>], offset: u64) -> io::Result<usize> {
    io::preadv(file.subject().borrow(), buffers, offset)
}

/// Writes `buffers` at the position and moves it by the result, in bytes.
pub(crate) fn write(file: Granted<Write>, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
    io::writev(file.subject().borrow(), buffers)
}

/// Writes `buffers` at byte `offset`.
pub(crate) fn write_at(file: Granted<Write>, buffers: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
    io::pwritev(file.subject().borrow(), buffers, offset)
}

/// Moves the position; the result is the new one, in bytes from the start.
pub(crate) fn seek(file: Granted<Position>, to: SeekFrom) -> io::Result<u64> {
    fs::seek(file.subject().borrow(), to)
}

/// Tells the kernel how `length` bytes at `offset` will be used; a length of 0 is all that follows.
pub(crate) fn advise(file: Granted<Advise>, offset: u64, length: u64, advice: Advice) -> io::Result<()> {
    fs::fadvise(file.subject().borrow(), offset, core::num::NonZeroU64::new(length), advice)
}

/// Makes sure that `length` bytes at `offset` can be written; the file grows if they are beyond its end.
pub(crate) fn allocate(file: Granted<Change>, offset: u64, length: u64) -> io::Result<()> {
    fs::fallocate(file.subject().borrow(), FallocateFlags::empty(), offset, length)
}

/// Sets the size in bytes.
pub(crate) fn set_size(file: Granted<Change>, size: u64) -> io::Result<()> {
    fs::ftruncate(file.subject().borrow(), size)
}

/// Sets the times of access and modification.
pub(crate) fn set_times(file: Granted<Change>, times: &Timestamps) -> io::Result<()> {
    fs::futimens(file.subject().borrow(), times)
}

/// Sets those status flags that can be changed later (`O_APPEND`, `O_NONBLOCK`).
pub(crate) fn set_flags(file: Granted<Change>, flags: OFlags) -> io::Result<()> {
    fs::fcntl_setfl(file.subject().borrow(), flags)
}

/// The status flags.
pub(crate) fn flags(file: Granted<Inspect>) -> io::Result<OFlags> {
    fs::fcntl_getfl(file.subject().borrow())
}

/// The attributes.
pub(crate) fn stat(file: Granted<Inspect>) -> io::Result<Stat> {
    fs::fstat(file.subject().borrow())
}

/// Whether the file is a terminal.
pub(crate) fn is_terminal(file: Granted<Inspect>) -> bool {
    rustix::termios::isatty(file.subject().borrow())
}

/// Waits until data and attributes are durable.
pub(crate) fn sync(file: Granted<Flush>) -> io::Result<()> {
    fs::fsync(file.subject().borrow())
}

/// Waits until data are durable, and what is needed to find them.
pub(crate) fn datasync(file: Granted<Flush>) -> io::Result<()> {
    fs::fdatasync(file.subject().borrow())
}

/// Calls `visit` for the entries of a directory after the one that has the cookie `cookie`, or for all if it is 0, until it
/// answers `None`. A cookie is where the kernel goes on: it stays good while the directory is open.
pub(crate) fn list(
    directory: Granted<List>,
    cookie: u64,
    mut visit: impl FnMut(&RawDirEntry<'_>) -> Option<()>,
) -> io::Result<()> {
    /// Room for at least 14 entries: a name has at most 255 bytes, and 24 go with it.
    const BUFFER_BYTES: usize = 4096;
    let directory = directory.subject().borrow();
    fs::seek(directory, SeekFrom::Start(cookie))?;
    let mut buffer = [const { core::mem::MaybeUninit::uninit() }; BUFFER_BYTES];
    let mut entries = RawDir::new(directory, &mut buffer);
    while let Some(entry) = entries.next() {
        if visit(&entry?).is_none() {
            break;
        }
    }
    Ok(())
}

/// Flags for calls about the name itself, not what a link of that name leads to.
pub(in crate::sys) const NAME_ITSELF: AtFlags = AtFlags::SYMLINK_NOFOLLOW;
