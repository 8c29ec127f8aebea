//! Messages of the runtime itself on the standard streams, which need no grant.

use rustix::{fd::BorrowedFd, io};

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
    let number = match stream {
        Stream::Output => 1,
        Stream::Error => 2,
    };
    // SAFETY: the number is never −1, and a closed descriptor makes the call fail, nothing else.
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
