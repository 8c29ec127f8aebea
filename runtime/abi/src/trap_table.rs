//! The PC→trap table: what a faulting instruction means.
//!
//! ```text
//! header     u32 functions   how many function records
//!            u32 sites       bytes of the site streams
//!            u32 names       bytes of the names
//! records    functions × { u32 start, u32 end, u32 sites, u32 site_bytes, u32 name, u32 name_bytes, u32 index }
//! sites      one stream after another
//! names      UTF-8, for display
//! ```
//!
//! All numbers are little-endian. `start` and `end` delimit a function's code in bytes from
//! [`ProgramHeader::text`](crate::ProgramHeader); records are sorted by `start` and do not overlap. `sites` is the offset
//! of the function's stream. `index` is the function's index in its module.
//!
//! A stream holds, for each instruction that can trap, in order of their addresses:
//!
//! ```text
//! uleb128    bytes of code since the last site (the first: since `start`)
//! u8         the trap kind, a TrapCode
//! sleb128    difference of the Wasm byte offset to that of the last site (the first: to 0)
//! ```
//!
//! It is read after a fault, once; so it is small rather than quick.

use crate::{TrapCode, bytes};

/// Bytes of the header.
pub const TRAP_TABLE_HEADER_BYTES: usize = 12;

/// A function of the program in the trap table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionRecord {
    /// First byte of its code, from the start of the text.
    pub start: u32,
    /// First byte after its code.
    pub end: u32,
    /// Offset of its stream of sites.
    pub sites: u32,
    /// Bytes of its stream of sites.
    pub site_bytes: u32,
    /// Offset of its name.
    pub name: u32,
    /// Bytes of its name; 0 if it has none.
    pub name_bytes: u32,
    /// Its index in its module.
    pub index: u32,
}

impl FunctionRecord {
    /// Bytes of a record.
    pub const BYTES: usize = 28;

    /// The record's bytes.
    pub fn to_bytes(&self) -> [u8; FunctionRecord::BYTES] {
        let fields = [self.start, self.end, self.sites, self.site_bytes, self.name, self.name_bytes, self.index];
        let mut bytes = [0; FunctionRecord::BYTES];
        for (field, chunk) in fields.iter().zip(bytes.chunks_exact_mut(4)) {
            chunk.copy_from_slice(&field.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: &[u8; FunctionRecord::BYTES]) -> FunctionRecord {
        let fields = bytes.as_chunks::<4>().0;
        let field = |index: usize| fields.get(index).map_or(0, |field| u32::from_le_bytes(*field));
        FunctionRecord {
            start: field(0),
            end: field(1),
            sites: field(2),
            site_bytes: field(3),
            name: field(4),
            name_bytes: field(5),
            index: field(6),
        }
    }
}

/// An instruction that can trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrapSite {
    /// Why it traps.
    pub code: TrapCode,
    /// Byte offset of the Wasm instruction in its module.
    pub wasm_offset: u32,
}

/// The table, over its bytes.
#[derive(Clone, Copy, Debug)]
pub struct TrapTable<'a> {
    records: &'a [[u8; FunctionRecord::BYTES]],
    sites: &'a [u8],
    names: &'a [u8],
}

impl<'a> TrapTable<'a> {
    /// The table in `table`, unless the bytes are too few for what their header says.
    pub fn new(table: &'a [u8]) -> Option<TrapTable<'a>> {
        let functions = usize::try_from(bytes::u32_at(table, 0)?).ok()?;
        let sites = usize::try_from(bytes::u32_at(table, 4)?).ok()?;
        let names = usize::try_from(bytes::u32_at(table, 8)?).ok()?;
        let (records, rest) =
            table.get(TRAP_TABLE_HEADER_BYTES..)?.split_at_checked(functions.checked_mul(FunctionRecord::BYTES)?)?;
        let (sites, rest) = rest.split_at_checked(sites)?;
        Some(TrapTable { records: records.as_chunks().0, sites, names: rest.get(..names)? })
    }

    /// The function whose code holds byte `pc` of the text.
    pub fn function(&self, pc: u32) -> Option<FunctionRecord> {
        // Records are in the order of their code.
        let after = self.records.partition_point(|record| FunctionRecord::from_bytes(record).start <= pc);
        let record = FunctionRecord::from_bytes(self.records.get(after.checked_sub(1)?)?);
        (pc < record.end).then_some(record)
    }

    /// What the instruction at byte `pc` of the text, in `function`, traps with.
    pub fn site(&self, function: &FunctionRecord, pc: u32) -> Option<TrapSite> {
        let bytes = bytes::slice_at(self.sites, function.sites, function.site_bytes)?;
        let mut stream = Stream { bytes };
        let (mut address, mut wasm_offset) = (function.start, 0u32);
        while address <= pc {
            address = address.checked_add(stream.number()?.0)?;
            let code = TrapCode::from_number(stream.byte()?)?;
            wasm_offset = wasm_offset.wrapping_add(stream.signed()?);
            if address == pc {
                return Some(TrapSite { code, wasm_offset });
            }
        }
        None
    }

    /// The name of `function`, in UTF-8; empty if it has none.
    pub fn name(&self, function: &FunctionRecord) -> &'a [u8] {
        bytes::slice_at(self.names, function.name, function.name_bytes).unwrap_or_default()
    }
}

struct Stream<'a> {
    bytes: &'a [u8],
}

impl Stream<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    /// A number in LEB128 and how many of its bits are there; of more bits than 32, the lowest.
    fn number(&mut self) -> Option<(u32, u32)> {
        let (mut value, mut bits) = (0, 0u32);
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f).checked_shl(bits).unwrap_or(0);
            bits += 7;
            if byte & 0x80 == 0 {
                return Some((value, bits));
            }
        }
    }

    /// A signed number in LEB128, in two's complement.
    fn signed(&mut self) -> Option<u32> {
        let (value, bits) = self.number()?;
        // The sign is the highest of the bits that are there.
        let unused = 32u32.saturating_sub(bits);
        Some(((value << unused).cast_signed() >> unused).cast_unsigned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two functions, the second without a name; the table as the module documentation draws it.
    fn table() -> [u8; TRAP_TABLE_HEADER_BYTES + 2 * FunctionRecord::BYTES + 10 + 3] {
        let first = FunctionRecord { start: 0, end: 16, sites: 0, site_bytes: 7, name: 0, name_bytes: 3, index: 7 };
        let second = FunctionRecord { start: 32, end: 40, sites: 7, site_bytes: 3, name: 3, name_bytes: 0, index: 8 };
        // Sites at 4 (offset 0x100), 8 (offset 0xff); then at 36 (offset 5).
        let sites = [4, 1, 0x80, 0x02, 4, 2, 0x7f, 4, 7, 5];
        let mut bytes = [0; _];
        let mut at = 0;
        let mut put = |part: &[u8]| {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        };
        put(&2u32.to_le_bytes());
        put(&10u32.to_le_bytes());
        put(&3u32.to_le_bytes());
        put(&first.to_bytes());
        put(&second.to_bytes());
        put(&sites);
        put(b"abc");
        bytes
    }

    fn site_at(pc: u32) -> Option<(u32, TrapCode, u32)> {
        let bytes = table();
        let table = TrapTable::new(&bytes)?;
        let function = table.function(pc)?;
        table.site(&function, pc).map(|site| (function.index, site.code, site.wasm_offset))
    }

    #[test]
    fn sites_are_found_by_address() {
        assert_eq!(site_at(4), Some((7, TrapCode::Unreachable, 0x100)));
        assert_eq!(site_at(8), Some((7, TrapCode::MemoryOutOfBounds, 0xff)));
        assert_eq!(site_at(36), Some((8, TrapCode::IntegerDivideByZero, 5)));
    }

    #[test]
    fn other_addresses_have_no_site() {
        for pc in (0..64).filter(|pc| ![4, 8, 36].contains(pc)) {
            assert_eq!(site_at(pc), None, "at {pc}");
        }
    }

    #[test]
    fn functions_have_their_names() {
        let bytes = table();
        let table = TrapTable::new(&bytes).unwrap();
        assert_eq!(table.name(&table.function(0).unwrap()), b"abc");
        assert_eq!(table.name(&table.function(32).unwrap()), b"");
        assert_eq!(table.function(16), None);
    }

    #[test]
    fn a_table_that_is_cut_short_is_refused() {
        let bytes = table();
        for length in 0..bytes.len() {
            assert!(TrapTable::new(&bytes[..length]).is_none(), "at {length}");
        }
    }
}
