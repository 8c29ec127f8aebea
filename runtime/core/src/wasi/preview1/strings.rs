//! Lists of strings in the guest's memory: arguments and environment variables.
//!
//! ```text
//! pointers   count × u32     address of each string
//! buffer     the strings, one after another, each with a zero byte at its end
//! ```

use crate::guest::{GuestAddress, GuestMemory};
use crate::wasi::errno::{Errno, Result};

/// Writes how many strings there are to `count`, and the bytes that they take to `bytes`.
pub(super) fn write_sizes<'a>(
    memory: &mut GuestMemory<'_>,
    strings: impl Iterator<Item = &'a [u8]>,
    count: GuestAddress,
    bytes: GuestAddress,
) -> Result<()> {
    let (mut strings_count, mut strings_bytes) = (0usize, 0usize);
    for string in strings {
        strings_count += 1;
        strings_bytes += string.len() + 1;
    }
    memory.write_u32(count, u32::try_from(strings_count).map_err(|_| Errno::Overflow)?)?;
    memory.write_u32(bytes, u32::try_from(strings_bytes).map_err(|_| Errno::Overflow)?)
}

/// Writes the strings to `buffer`, and their addresses to `pointers`.
pub(super) fn write<'a>(
    memory: &mut GuestMemory<'_>,
    strings: impl Iterator<Item = &'a [u8]>,
    pointers: GuestAddress,
    buffer: GuestAddress,
) -> Result<()> {
    let (mut pointer, mut place) = (pointers, buffer);
    for string in strings {
        memory.write_u32(pointer, place.0)?;
        memory.write(place, string)?;
        let end = place.plus(u32::try_from(string.len()).map_err(|_| Errno::Overflow)?)?;
        memory.write(end, &[0])?;
        (pointer, place) = (pointer.plus(4)?, end.plus(1)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::tests::TestMemory;

    fn strings() -> impl Iterator<Item = &'static [u8]> {
        [&b"app"[..], b"", b"x=y"].into_iter()
    }

    #[test]
    fn strings_and_their_addresses_are_written() {
        let mut memory = TestMemory::new(64);
        let mut caller = memory.caller();
        let mut memory = caller.memory();
        write_sizes(&mut memory, strings(), GuestAddress(0), GuestAddress(4)).unwrap();
        assert_eq!((memory.read_u32(GuestAddress(0)), memory.read_u32(GuestAddress(4))), (Ok(3), Ok(9)));
        write(&mut memory, strings(), GuestAddress(8), GuestAddress(32)).unwrap();
        let pointers = [8, 12, 16].map(|address| memory.read_u32(GuestAddress(address)).unwrap());
        assert_eq!(pointers, [32, 36, 37]);
        assert_eq!(memory.slice(GuestAddress(32), 9), Ok(&b"app\0\0x=y\0"[..]));
    }

    #[test]
    fn strings_that_do_not_fit_fault() {
        let mut memory = TestMemory::new(64);
        let mut caller = memory.caller();
        let mut memory = caller.memory();
        for (pointers, buffer) in [(0, 56), (60, 0), (u32::MAX, 0), (0, u32::MAX)] {
            let (pointers, buffer) = (GuestAddress(pointers), GuestAddress(buffer));
            assert_eq!(write(&mut memory, strings(), pointers, buffer), Err(Errno::Fault));
        }
    }
}
