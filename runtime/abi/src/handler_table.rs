//! The handler table: where calls go on that throw.
//!
//! ```text
//! header     u32 text_bytes  bytes of the program's code
//! records    { u32 return_address, u32 handler, u32 frame_bytes }…
//! ```
//!
//! All numbers are little-endian. `return_address` is that of a call in the body of a `try`, and `handler` the instruction
//! that it goes on with if it throws, both in bytes from [`ProgramHeader::text`](crate::ProgramHeader); records are sorted by
//! `return_address`. In the handler the frame pointer is that of the function as ever, the stack pointer `frame_bytes` below
//! it, and the exception in the register of a function's first result (`rax`, `x0`). No other register is relied on.

use crate::bytes;

/// Bytes of the header.
pub const HANDLER_TABLE_HEADER_BYTES: usize = 4;

/// A call that goes on elsewhere if it throws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandlerRecord {
    /// Where the call returns to, from the start of the text.
    pub return_address: u32,
    /// Where it goes on if it throws, from the start of the text.
    pub handler: u32,
    /// Bytes from the stack pointer to the frame pointer there.
    pub frame_bytes: u32,
}

impl HandlerRecord {
    /// Bytes of a record.
    pub const BYTES: usize = 12;

    /// The record's bytes.
    pub fn to_bytes(&self) -> [u8; HandlerRecord::BYTES] {
        let fields = [self.return_address, self.handler, self.frame_bytes];
        let mut bytes = [0; HandlerRecord::BYTES];
        for (field, chunk) in fields.iter().zip(bytes.chunks_exact_mut(4)) {
            chunk.copy_from_slice(&field.to_le_bytes());
        }
        bytes
    }

    fn read(records: &[u8], index: usize) -> Option<HandlerRecord> {
        let at = index.checked_mul(HandlerRecord::BYTES)?;
        Some(HandlerRecord {
            return_address: bytes::u32_at(records, at)?,
            handler: bytes::u32_at(records, at + 4)?,
            frame_bytes: bytes::u32_at(records, at + 8)?,
        })
    }
}

/// The table, over its bytes.
#[derive(Clone, Copy, Debug)]
pub struct HandlerTable<'a> {
    text_bytes: u32,
    records: &'a [u8],
}

impl<'a> HandlerTable<'a> {
    /// The table in `table`, unless it is shorter than its header.
    pub fn new(table: &'a [u8]) -> Option<HandlerTable<'a>> {
        let text_bytes = bytes::u32_at(table, 0)?;
        Some(HandlerTable { text_bytes, records: table.get(HANDLER_TABLE_HEADER_BYTES..)? })
    }

    /// Bytes of the program's code.
    pub fn text_bytes(&self) -> u32 {
        self.text_bytes
    }

    /// The record of the call that returns to byte `return_address` of the text, if it has one.
    pub fn find(&self, return_address: u32) -> Option<HandlerRecord> {
        let (mut low, mut high) = (0, self.records.len() / HandlerRecord::BYTES);
        // Invariant: records below `low` return to lower addresses, records from `high` on do not.
        while low < high {
            let middle = low + (high - low) / 2;
            match HandlerRecord::read(self.records, middle)?.return_address < return_address {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        HandlerRecord::read(self.records, low).filter(|record| record.return_address == return_address)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;

    #[test]
    fn calls_are_found_by_their_return_address() {
        let records: Vec<_> = [5, 9, 10, 400]
            .map(|return_address| HandlerRecord { return_address, handler: return_address + 1, frame_bytes: 32 })
            .into();
        let mut bytes = 500u32.to_le_bytes().to_vec();
        bytes.extend(records.iter().flat_map(HandlerRecord::to_bytes));
        let table = HandlerTable::new(&bytes).unwrap();
        assert_eq!(table.text_bytes(), 500);
        for record in records {
            assert_eq!(table.find(record.return_address), Some(record));
        }
        for absent in [0, 4, 6, 11, 399, 401] {
            assert_eq!(table.find(absent), None, "{absent}");
        }
        assert!(HandlerTable::new(&bytes[..3]).is_none());
        assert_eq!(HandlerTable::new(&bytes[..4]).unwrap().find(5), None);
    }
}
