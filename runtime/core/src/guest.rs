//! The guest's memory, as host functions see it: the only file that reads or writes it on the guest's behalf.
//!
//! A host function makes one [`GuestMemory`] of what its caller passed and drops it before it returns. Every access names
//! an address of the guest and a length, is checked against the memory's length without overflow, and answers
//! [`Errno::Fault`] where the memory does not have those bytes. Nothing is assumed about alignment.
//!
//! Why references into the memory are sound: the bytes are initialised (the kernel's pages start as zeros) and stay where
//! they are (a memory's base never changes and it only grows); the guest does not run meanwhile; and there is one
//! `GuestMemory` a call, whose borrow of itself is the borrow of the bytes. That holds for shared memories as well: a program
//! that calls host functions has one thread, for no host function starts another. One that does has to come with pointers
//! in place of the slices that go to the kernel, and with copies of what is checked before it is used.

use core::array;
use core::marker::PhantomData;
use core::{ptr, slice};

use rustix::io::{IoSlice, IoSliceMut};
use wasmelt_abi::MemoryState;

use crate::wasi::errno::{Errno, Result};

/// How many vectors of a list are used at most. More are legal, and end in a short transfer. Few, because they lie on the
/// stack: another page of it would cost the first call 2 µs.
pub(crate) const MAX_VECTORS: usize = 16;

/// Bytes of a vector in the guest's memory: `{ u32 address, u32 length }` (`iovec` and `ciovec` in `typenames.witx`).
const VECTOR_BYTES: usize = 8;

/// The first parameter of a host function: the memory of the instance that calls it, or null.
///
/// Invariant: null, or a [`MemoryState`] that lives as long as the process and whose `byte_length` bytes from `base` on
/// are mapped for reading and writing. Compiled code passes nothing else (ABI).
#[repr(transparent)]
pub(crate) struct Caller(*const MemoryState);

impl Caller {
    /// The caller's memory; an empty one if it has none.
    pub(crate) fn memory(&mut self) -> GuestMemory<'_> {
        // SAFETY: null or a live state (the type's invariant); the guest, which alone writes to it, does not run.
        match unsafe { self.0.as_ref() } {
            Some(state) => GuestMemory { base: state.base as *mut u8, length: state.byte_length, caller: PhantomData },
            None => GuestMemory { base: ptr::dangling_mut(), length: 0, caller: PhantomData },
        }
    }
}

/// An address in a 32-bit memory, in bytes.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GuestAddress(pub(crate) u32);

impl GuestAddress {
    /// The address `bytes` further on.
    ///
    /// # Errors
    ///
    /// [`Errno::Fault`] if there is none: addresses do not wrap around.
    pub(crate) fn plus(self, bytes: u32) -> Result<GuestAddress> {
        self.0.checked_add(bytes).map(GuestAddress).ok_or(Errno::Fault)
    }

    /// The address of element `index` of an array of elements of `bytes` each, that starts here.
    ///
    /// # Errors
    ///
    /// As for [`GuestAddress::plus`].
    pub(crate) fn element(self, index: u32, bytes: u32) -> Result<GuestAddress> {
        index.checked_mul(bytes).ok_or(Errno::Fault).and_then(|offset| self.plus(offset))
    }
}

/// The memory of the instance that called a host function, for the time of the call.
pub(crate) struct GuestMemory<'a> {
    base: *mut u8,
    length: u64,
    caller: PhantomData<&'a mut Caller>,
}

impl GuestMemory<'_> {
    /// The `N` bytes at `address`.
    ///
    /// # Errors
    ///
    /// [`Errno::Fault`] if they are not all in the memory.
    pub(crate) fn read<const N: usize>(&self, address: GuestAddress) -> Result<[u8; N]> {
        let start = self.range(address, N)?;
        // SAFETY: `range` has checked the bytes; an array of bytes has no alignment.
        Ok(unsafe { start.cast::<[u8; N]>().read() })
    }

    /// The `u32` at `address`.
    ///
    /// # Errors
    ///
    /// As for [`GuestMemory::read`].
    pub(crate) fn read_u32(&self, address: GuestAddress) -> Result<u32> {
        self.read(address).map(u32::from_le_bytes)
    }

    /// Writes `bytes` to `address`.
    ///
    /// # Errors
    ///
    /// [`Errno::Fault`], with nothing written, if the memory does not have that many bytes there.
    pub(crate) fn write(&mut self, address: GuestAddress, bytes: &[u8]) -> Result<()> {
        self.slice_mut(address, bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    /// Writes `value` to `address`.
    ///
    /// # Errors
    ///
    /// As for [`GuestMemory::write`].
    pub(crate) fn write_u32(&mut self, address: GuestAddress, value: u32) -> Result<()> {
        self.write(address, &value.to_le_bytes())
    }

    /// Writes `value` to `address`.
    ///
    /// # Errors
    ///
    /// As for [`GuestMemory::write`].
    pub(crate) fn write_u64(&mut self, address: GuestAddress, value: u64) -> Result<()> {
        self.write(address, &value.to_le_bytes())
    }

    /// The `length` bytes at `address`.
    ///
    /// # Errors
    ///
    /// As for [`GuestMemory::read`].
    pub(crate) fn slice(&self, address: GuestAddress, length: usize) -> Result<&[u8]> {
        let start = self.range(address, length)?;
        // SAFETY: `range` has checked the bytes; they are borrowed as `self` is (module docs).
        Ok(unsafe { slice::from_raw_parts(start, length) })
    }

    /// The `length` bytes at `address`, to be written.
    ///
    /// # Errors
    ///
    /// As for [`GuestMemory::read`].
    pub(crate) fn slice_mut(&mut self, address: GuestAddress, length: usize) -> Result<&mut [u8]> {
        let start = self.range(address, length)?;
        // SAFETY: `range` has checked the bytes; they are borrowed as `self` is (module docs).
        Ok(unsafe { slice::from_raw_parts_mut(start, length) })
    }

    /// Has `work` done with the buffers that the `count` vectors at `list` describe, none of which is empty, to be written
    /// from, and with how many bytes they hold together. They are handed in, not out: what is moved around would take more
    /// of the stack.
    ///
    /// # Errors
    ///
    /// [`Errno::Fault`] if the list, or a buffer of those that are used, is not all in the memory; or what `work` answers.
    pub(crate) fn with_vectors<R>(
        &self,
        list: GuestAddress,
        count: u32,
        work: impl FnOnce(&[IoSlice<'_>], u64) -> Result<R>,
    ) -> Result<R> {
        let mut slices = [IoSlice::new(&[]); MAX_VECTORS];
        let (mut used, mut bytes) = (0, 0);
        self.for_each_vector(list, count, |range| {
            // SAFETY: `for_each_vector` has checked the range; the bytes are borrowed as `self` is (module docs).
            *slices.get_mut(used)? = IoSlice::new(unsafe { slice::from_raw_parts(range.start, range.length) });
            (used, bytes) = (used + 1, bytes + range.length as u64);
            Some(())
        })?;
        work(slices.get(..used).unwrap_or_default(), bytes)
    }

    /// The buffers that the `count` vectors at `list` describe, to be read into. They end before the first one that
    /// overlaps an earlier one: what is read then is less than what was asked for, which every caller has to expect.
    ///
    /// # Errors
    ///
    /// [`Errno::Fault`] if the list, or a buffer of those that are used, is not all in the memory.
    pub(crate) fn vectors_mut(&mut self, list: GuestAddress, count: u32) -> Result<VectorsMut<'_>> {
        let mut vectors = VectorsMut { slices: array::from_fn(|_| IoSliceMut::new(&mut [])), count: 0 };
        let mut ranges = [Range::EMPTY; MAX_VECTORS];
        self.for_each_vector(list, count, |range| {
            let slot = vectors.slices.get_mut(vectors.count)?;
            if ranges.iter().take(vectors.count).any(|earlier| range.overlaps(earlier)) {
                return None;
            }
            *ranges.get_mut(vectors.count)? = range;
            // SAFETY: `for_each_vector` has checked the range, no earlier slice has any of its bytes, and they are borrowed
            // as `self` is (module docs).
            *slot = IoSliceMut::new(unsafe { slice::from_raw_parts_mut(range.start, range.length) });
            vectors.count += 1;
            Some(())
        })?;
        Ok(vectors)
    }

    /// Calls `take` for the vectors of a list in their order, until it answers `None`. Empty vectors are left out, so that
    /// a list that is cut short still has bytes in it: no bytes transferred would mean the end of the file.
    fn for_each_vector(&self, list: GuestAddress, count: u32, mut take: impl FnMut(Range) -> Option<()>) -> Result<()> {
        // Checked as a whole first, so that a list does not become legal by being cut short.
        let bytes = u64::from(count) * VECTOR_BYTES as u64;
        let list = self.slice(list, usize::try_from(bytes).map_err(|_| Errno::Fault)?)?;
        for vector in list.as_chunks::<VECTOR_BYTES>().0 {
            let [a, b, c, d, length @ ..] = *vector;
            let length = u32::from_le_bytes(length) as usize;
            if length == 0 {
                continue;
            }
            let start = self.range(GuestAddress(u32::from_le_bytes([a, b, c, d])), length)?;
            if take(Range { start, length }).is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Address of the first of `length` bytes at `address`, all of which are in the memory.
    fn range(&self, address: GuestAddress, length: usize) -> Result<*mut u8> {
        let start = u64::from(address.0);
        let end = start.checked_add(length as u64).ok_or(Errno::Fault)?;
        if end > self.length {
            return Err(Errno::Fault);
        }
        // SAFETY: `start` is at most `end`, which is in the memory or just past it.
        Ok(unsafe { self.base.add(start as usize) })
    }
}

/// Bytes that are in the memory.
#[derive(Clone, Copy)]
struct Range {
    start: *mut u8,
    length: usize,
}

impl Range {
    /// No bytes; it overlaps nothing.
    const EMPTY: Range = Range { start: ptr::dangling_mut(), length: 0 };

    /// Whether a byte is in both; `self` is not empty.
    fn overlaps(&self, other: &Range) -> bool {
        let (start, other_start) = (self.start.addr(), other.start.addr());
        start < other_start + other.length && other_start < start + self.length
    }
}

/// Buffers in the guest's memory, to be read into.
pub(crate) struct VectorsMut<'a> {
    slices: [IoSliceMut<'a>; MAX_VECTORS],
    count: usize,
}

impl<'a> VectorsMut<'a> {
    /// The buffers, none of which is empty and no two of which overlap.
    pub(crate) fn as_slices_mut(&mut self) -> &mut [IoSliceMut<'a>] {
        self.slices.get_mut(..self.count).unwrap_or_default()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A memory for tests, of bytes that they own.
    pub(crate) struct TestMemory {
        bytes: Vec<u8>,
        state: MemoryState,
    }

    impl TestMemory {
        pub(crate) fn new(length: usize) -> TestMemory {
            let mut bytes = vec![0; length];
            let state = MemoryState {
                base: bytes.as_mut_ptr() as u64,
                byte_length: length as u64,
                maximum_bytes: length as u64,
                reserved_bytes: length as u64,
                image: 0,
                image_bytes: 0,
                image_offset: 0,
                page_size_log2: 16,
                bounds: wasmelt_abi::BOUNDS_EXPLICIT,
                mapped: 1,
            };
            TestMemory { bytes, state }
        }

        /// What a host function would be passed; valid while the memory is neither moved nor dropped.
        pub(crate) fn caller(&mut self) -> Caller {
            self.state.base = self.bytes.as_mut_ptr() as u64;
            Caller(&self.state)
        }
    }

    fn with_memory(length: usize, test: impl FnOnce(&mut GuestMemory<'_>)) {
        let mut memory = TestMemory::new(length);
        test(&mut memory.caller().memory());
    }

    /// The lengths of the buffers that vectors describe.
    fn lengths(memory: &GuestMemory<'_>, list: u32, count: u32) -> Result<Vec<usize>> {
        let lengths = |slices: &[IoSlice<'_>], bytes: u64| {
            let lengths: Vec<usize> = slices.iter().map(|slice| slice.len()).collect();
            assert_eq!(lengths.iter().sum::<usize>() as u64, bytes);
            Ok(lengths)
        };
        memory.with_vectors(GuestAddress(list), count, lengths)
    }

    #[test]
    fn a_caller_without_memory_has_an_empty_one() {
        let mut caller = Caller(ptr::null());
        let mut memory = caller.memory();
        assert_eq!(memory.read::<1>(GuestAddress(0)), Err(Errno::Fault));
        assert_eq!(memory.write(GuestAddress(0), &[]), Ok(()));
        assert_eq!(memory.write_u32(GuestAddress(0), 1), Err(Errno::Fault));
        assert_eq!(lengths(&memory, 0, 0), Ok(Vec::new()));
    }

    #[test]
    fn accesses_end_at_the_end_of_the_memory() {
        with_memory(16, |memory| {
            assert_eq!(memory.write_u32(GuestAddress(12), 0x0403_0201), Ok(()));
            assert_eq!(memory.read(GuestAddress(12)), Ok([1, 2, 3, 4]));
            assert_eq!(memory.read_u32(GuestAddress(11)), Ok(0x0302_0100));
            for address in [13, 16, 17, u32::MAX] {
                assert_eq!(memory.write_u32(GuestAddress(address), 0), Err(Errno::Fault), "{address}");
                assert_eq!(memory.read_u32(GuestAddress(address)), Err(Errno::Fault), "{address}");
            }
            assert_eq!(memory.slice(GuestAddress(16), 0), Ok(&[][..]));
            assert_eq!(memory.slice(GuestAddress(17), 0), Err(Errno::Fault));
            assert_eq!(memory.slice(GuestAddress(1), usize::MAX), Err(Errno::Fault));
        });
    }

    fn write_vectors(memory: &mut GuestMemory<'_>, vectors: &[(u32, u32)]) {
        for (index, (address, length)) in vectors.iter().enumerate() {
            let vector = GuestAddress(8 * index as u32);
            memory.write_u32(vector, *address).unwrap();
            memory.write_u32(vector.plus(4).unwrap(), *length).unwrap();
        }
    }

    #[test]
    fn vectors_are_gathered_without_the_empty_ones() {
        with_memory(64, |memory| {
            write_vectors(memory, &[(32, 4), (u32::MAX, 0), (36, 28)]);
            assert_eq!(lengths(memory, 0, 3), Ok(vec![4, 28]));
        });
    }

    #[test]
    fn vectors_that_leave_the_memory_fault() {
        for vector in [(60, 5), (65, 1), (u32::MAX, u32::MAX), (0, u32::MAX)] {
            with_memory(64, |memory| {
                write_vectors(memory, &[vector]);
                assert_eq!(lengths(memory, 0, 1), Err(Errno::Fault), "{vector:?}");
                assert_eq!(memory.vectors_mut(GuestAddress(0), 1).err(), Some(Errno::Fault), "{vector:?}");
            });
        }
        with_memory(64, |memory| {
            for (list, count) in [(60, 1), (0, 9), (0, u32::MAX), (u32::MAX, 1)] {
                assert_eq!(lengths(memory, list, count), Err(Errno::Fault), "{list} {count}");
            }
        });
    }

    #[test]
    fn reading_stops_before_a_vector_that_overlaps_an_earlier_one() {
        let cases: [(&[(u32, u32)], usize); 5] = [
            (&[(32, 8), (40, 8)], 2),
            (&[(40, 8), (32, 8)], 2),
            (&[(32, 8), (39, 8), (50, 1)], 1),
            (&[(32, 8), (32, 8)], 1),
            (&[(32, 1), (40, 8), (36, 20)], 2),
        ];
        for (vectors, used) in cases {
            with_memory(64, |memory| {
                write_vectors(memory, vectors);
                let count = vectors.len() as u32;
                assert_eq!(memory.vectors_mut(GuestAddress(0), count).unwrap().as_slices_mut().len(), used);
                assert_eq!(lengths(memory, 0, count).unwrap().len(), vectors.len());
            });
        }
    }

    #[test]
    fn a_long_list_is_cut_short() {
        with_memory(4096, |memory| {
            write_vectors(memory, &[(4000, 1); 100]);
            assert_eq!(lengths(memory, 0, 100).unwrap().len(), MAX_VECTORS);
            let apart: Vec<(u32, u32)> = (0..100).map(|index| (3000 + index, 1)).collect();
            write_vectors(memory, &apart);
            assert_eq!(memory.vectors_mut(GuestAddress(0), 100).unwrap().as_slices_mut().len(), MAX_VECTORS);
        });
    }
}
