//! Numbers of descriptors: giving them up and exchanging them.

use crate::descriptors::Descriptors;
use crate::sys::files;
use crate::wasi::errno::Result;

/// Closes a descriptor.
pub(crate) fn close(descriptors: &Descriptors, fd: u32) -> Result<()> {
    files::close(descriptors.remove(fd)?.host);
    Ok(())
}

/// Gives the descriptor `from` the number `to`, and closes what had it. Rights go with the descriptor.
pub(crate) fn renumber(descriptors: &Descriptors, from: u32, to: u32) -> Result<()> {
    if let Some(displaced) = descriptors.renumber(from, to)? {
        files::close(displaced.host);
    }
    Ok(())
}
