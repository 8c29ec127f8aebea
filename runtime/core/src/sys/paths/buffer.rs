//! Paths, in place: there is no allocator.

use core::ffi::CStr;

use rustix::io;

/// Bytes of the longest path that the kernel takes, with the zero byte at its end (`PATH_MAX`).
pub(in crate::sys) const PATH_BYTES: usize = 4096;

/// A path.
///
/// Invariant: `bytes[length]` is 0, and no byte before it is. While [`PathBuffer::split_off`] is in effect, one is.
#[derive(Clone, Debug)]
pub(crate) struct PathBuffer {
    bytes: [u8; PATH_BYTES],
    length: usize,
}

impl PathBuffer {
    /// The empty path.
    pub(crate) const fn new() -> PathBuffer {
        PathBuffer { bytes: [0; PATH_BYTES], length: 0 }
    }

    /// The path's bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The path, for a system call.
    pub(crate) fn as_c_str(&self) -> &CStr {
        self.c_str_at(0)
    }

    /// What starts at byte `at`, up to the next zero byte.
    pub(in crate::sys) fn c_str_at(&self, at: usize) -> &CStr {
        let bytes = self.bytes.get(at..).unwrap_or_default();
        CStr::from_bytes_until_nul(bytes).unwrap_or_default()
    }

    /// Adds `bytes` at the end.
    ///
    /// # Errors
    ///
    /// With the path unchanged: [`io::Errno::INVAL`] for a zero byte, [`io::Errno::NAMETOOLONG`] without room.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.contains(&0) {
            return Err(io::Errno::INVAL);
        }
        let end = self.length + bytes.len();
        // One more is left for the zero byte.
        let room = self.bytes.get_mut(self.length..end + 1).ok_or(io::Errno::NAMETOOLONG)?;
        let (place, zero) = room.split_at_mut(bytes.len());
        place.copy_from_slice(bytes);
        zero.fill(0);
        self.length = end;
        Ok(())
    }

    /// Cuts the path to its first `length` bytes.
    pub(in crate::sys) fn truncate(&mut self, length: usize) {
        if length < self.length {
            self.length = length;
            self.set(length, 0);
        }
    }

    /// Makes two strings of the path, for [`PathBuffer::c_str_at`]: what is before the byte at `at`, and what is after it.
    pub(in crate::sys) fn split_off(&mut self, at: usize) {
        self.set(at, 0);
    }

    fn set(&mut self, at: usize, byte: u8) {
        if let Some(place) = self.bytes.get_mut(at) {
            *place = byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_whole() {
        let mut path = PathBuffer::new();
        path.push(&[b'a'; PATH_BYTES - 2]).unwrap();
        assert_eq!(path.push(b"bb"), Err(io::Errno::NAMETOOLONG));
        assert_eq!(path.push(b"b"), Ok(()));
        assert_eq!(path.push(b"b"), Err(io::Errno::NAMETOOLONG));
        assert_eq!(path.as_c_str().to_bytes().len(), PATH_BYTES - 1);
        path.truncate(1);
        assert_eq!(path.as_c_str(), c"a");
        assert_eq!(path.push(b"x\0"), Err(io::Errno::INVAL));
        assert_eq!(path.as_bytes(), b"a");
    }
}
