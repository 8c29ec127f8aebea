//! Data under construction: bytes, and places in them that hold addresses.

use crate::item::Item;

/// Data whose addresses are filled in when the program is linked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Blob {
    /// The bytes; 0 where there is an address.
    pub(crate) bytes: Vec<u8>,
    /// The addresses, in the order in which they were put.
    pub(crate) addresses: Vec<Address>,
}

/// A place that holds an address: 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Bytes from the start.
    pub(crate) offset: u64,
    /// Whose address.
    pub(crate) item: Item,
    /// Added to it.
    pub(crate) addend: u64,
}

impl Blob {
    /// `size` zero bytes.
    pub(crate) fn zeroed(size: usize) -> Blob {
        Blob { bytes: vec![0; size], addresses: Vec::new() }
    }

    /// Overwrites the bytes at `offset`.
    pub(crate) fn put(&mut self, offset: usize, bytes: &[u8]) {
        self.bytes[offset..][..bytes.len()].copy_from_slice(bytes);
    }

    /// Puts a u32 at `offset`.
    pub(crate) fn put_u32(&mut self, offset: usize, value: u32) {
        self.put(offset, &value.to_le_bytes());
    }

    /// Puts a u16 at `offset`.
    pub(crate) fn put_u16(&mut self, offset: usize, value: u16) {
        self.put(offset, &value.to_le_bytes());
    }

    /// Puts a u64 at `offset`.
    pub(crate) fn put_u64(&mut self, offset: usize, value: u64) {
        self.put(offset, &value.to_le_bytes());
    }

    /// Puts the address of `item` plus `addend` at `offset`.
    pub(crate) fn put_address(&mut self, offset: usize, item: Item, addend: u64) {
        // Lossless: usize has at most 64 bits.
        self.addresses.push(Address { offset: offset as u64, item, addend });
    }
}

/// A size or an offset that the compiled program's layout has as a u64, as an index.
pub(crate) fn to_usize(value: u64) -> usize {
    usize::try_from(value).expect("invariant: the program's data fits into the memory of the build host")
}
