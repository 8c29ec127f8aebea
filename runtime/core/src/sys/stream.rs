//! Messages of the runtime itself on the standard streams, which need no grant.

use core::ffi::CStr;

use rustix::fd::{BorrowedFd, IntoRawFd};
use rustix::fs::{self, Mode, OFlags};
use rustix::io;

use crate::sys::files::LOWEST;

/// A standard stream to write to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Writes `bytes` to `stream`, whole unless it fails: there is nobody to tell.
pub(crate) fn write_all(stream: Stream, bytes: &[u8]) {
    write_to(
        match stream {
            Stream::Output => 1,
            Stream::Error => 2,
        },
        bytes,
    );
}

/// Opens the file `path` to append to it, for the runtime itself. The result is its number. None if that would be a standard
/// stream's, in a process that was started without one: the guest could write there.
pub(crate) fn append_to(path: &CStr) -> Option<i32> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::APPEND | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = fs::openat(fs::CWD, path, flags, Mode::from_raw_mode(0o600)).ok()?.into_raw_fd();
    (file >= LOWEST).then_some(file)
}

/// Writes `bytes` to the file with this number, which is not −1, whole unless it fails.
pub(crate) fn write_to(number: i32, bytes: &[u8]) {
    // SAFETY: the number is not −1 (this function's condition), and a closed descriptor makes the call fail, nothing else.
    let file = unsafe { BorrowedFd::borrow_raw(number) };
    let mut rest = bytes;
    while !rest.is_empty() {
        match io::write(file, rest) {
            Ok(written @ 1..) => rest = rest.get(written..).unwrap_or_default(),
            // A signal that came first: nothing was written yet.
            Err(io::Errno::INTR) => {}
            Ok(0) | Err(_) => return,
        }
    }
}
