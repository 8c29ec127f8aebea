//! Random bytes.

use rustix::io;
use rustix::rand::{self, GetRandomFlags};

use crate::grants::{GetRandom, Granted};

/// Fills `buffer` with bytes that nobody can foresee.
pub(crate) fn fill(_granted: Granted<GetRandom, ()>, buffer: &mut [u8]) -> io::Result<()> {
    let mut rest = buffer;
    while !rest.is_empty() {
        match rand::getrandom(&mut *rest, GetRandomFlags::empty()) {
            // Long requests come in pieces, and a signal can come between.
            Ok(length) => rest = rest.get_mut(length..).unwrap_or_default(),
            Err(io::Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
