//! The PC→trap table; its format is drawn in [`wasmelt_abi::TrapTable`]'s module.

use wasmelt_abi::FunctionRecord;
use wasmelt_codegen::{CompiledFunction, FunctionKind, TrapPoint};
use wasmelt_module::{Program, ProgramFunction};

use crate::{
    ObjectError,
    file::{ObjectFile, Section},
    functions::PlacedFunction,
    item::Item,
    symbols::FunctionNames,
};

/// Emits the table, and returns its size in bytes.
pub(crate) fn emit(
    file: &mut ObjectFile<'_>,
    program: &Program,
    placed: &[PlacedFunction<'_>],
    names: &FunctionNames,
) -> Result<u64, ObjectError> {
    let table = encode(placed, |kind| display_name(program, kind, names))?;
    // Lossless: usize has at most 64 bits.
    let size = table.len() as u64;
    file.fill(Section::Traps, table, 4);
    file.define_at(Section::Traps, Item::TrapTable, 0, size);
    Ok(size)
}

/// The table of functions that are in ascending order of their places.
fn encode(
    placed: &[PlacedFunction<'_>],
    display_name: impl Fn(FunctionKind) -> String,
) -> Result<Vec<u8>, ObjectError> {
    let (mut records, mut sites, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for PlacedFunction { function, start, end } in placed {
        let (first_site, first_name) = (sites.len(), names.len());
        encode_sites(&function.traps, &mut sites);
        names.extend_from_slice(display_name(function.kind).as_bytes());
        let record = FunctionRecord {
            start: *start,
            end: *end,
            sites: to_u32(first_site)?,
            site_bytes: to_u32(sites.len() - first_site)?,
            name: to_u32(first_name)?,
            name_bytes: to_u32(names.len() - first_name)?,
            index: index(function),
        };
        records.extend_from_slice(&record.to_bytes());
    }
    let header = [to_u32(placed.len())?, to_u32(sites.len())?, to_u32(names.len())?].map(u32::to_le_bytes);
    let table = [header.concat(), records, sites, names].concat();
    to_u32(table.len())?;
    Ok(table)
}

fn encode_sites(traps: &[TrapPoint], sites: &mut Vec<u8>) {
    let (mut offset, mut wasm_offset) = (0, 0u32);
    for trap in traps {
        unsigned_leb128(trap.offset - offset, sites);
        sites.push(trap.code as u8);
        signed_leb128(trap.wasm_offset.wrapping_sub(wasm_offset).cast_signed(), sites);
        (offset, wasm_offset) = (trap.offset, trap.wasm_offset);
    }
}

/// The function's name for people; empty for a function of a module that has no name there.
fn display_name(program: &Program, kind: FunctionKind, names: &FunctionNames) -> String {
    let FunctionKind::Wasm(ProgramFunction { instance, function }) = kind else { return names.get(kind).to_owned() };
    let name = program.module(instance).display_name(function);
    // The reader of the table has words of its own for an index.
    if name == format!("function[{function}]") { String::new() } else { name }
}

fn index(function: &CompiledFunction) -> u32 {
    match function.kind {
        FunctionKind::Wasm(function) | FunctionKind::Trampoline(function) => function.function.0,
        FunctionKind::GlobalReader(_)
        | FunctionKind::HostShim(..)
        | FunctionKind::Main
        | FunctionKind::Initializer(_) => 0,
    }
}

fn unsigned_leb128(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn signed_leb128(mut value: i32, out: &mut Vec<u8>) {
    // Seven bits are the last if the rest is a copy of their sign.
    while !(-0x40..0x40).contains(&value) {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0] & 0x7f);
}

fn to_u32(bytes: usize) -> Result<u32, ObjectError> {
    // Lossless: usize has at most 64 bits.
    u32::try_from(bytes).map_err(|_| ObjectError::TooLarge { part: "trap table", bytes: bytes as u64 })
}

#[cfg(test)]
mod tests {
    use wasmelt_abi::{TrapCode, TrapSite, TrapTable};

    use super::*;
    use crate::testing::{function, trapping, wasm};

    fn point(offset: u32, code: TrapCode, wasm_offset: u32) -> TrapPoint {
        TrapPoint { offset, code, wasm_offset }
    }

    #[test]
    fn the_runtimes_reader_finds_what_was_put_in() {
        let points = [
            point(0, TrapCode::Unreachable, 0x7fff_ffff),
            point(3, TrapCode::MemoryOutOfBounds, 5),
            point(130, TrapCode::IntegerOverflow, 68),
            point(131, TrapCode::StackExhausted, 4),
            point(20_000, TrapCode::TableOutOfBounds, u32::MAX),
        ];
        let (first, second) = (trapping(wasm(0), 20_001, &points), function(wasm(7), 5));
        let placed = [
            PlacedFunction { function: &first, start: 16, end: 20_017 },
            PlacedFunction { function: &second, start: 20_032, end: 20_037 },
        ];
        let bytes = encode(&placed, |kind| if kind == wasm(0) { "näme".to_owned() } else { String::new() }).unwrap();
        let table = TrapTable::new(&bytes).unwrap();

        let record = table.function(16).unwrap();
        assert_eq!((table.name(&record), record.index), ("näme".as_bytes(), 0));
        for TrapPoint { offset, code, wasm_offset } in points {
            assert_eq!(table.site(&record, 16 + offset), Some(TrapSite { code, wasm_offset }), "{offset}");
            assert_eq!(table.site(&record, 16 + offset + 4), None, "{offset} + 4");
        }
        let record = table.function(20_036).unwrap();
        assert_eq!((table.name(&record), record.index, table.site(&record, 20_036)), (&b""[..], 7, None));
        for outside in [0, 15, 20_017, 20_031, 20_037] {
            assert_eq!(table.function(outside), None, "{outside}");
        }
    }

    #[test]
    fn numbers_are_encoded_as_in_wasm() {
        for (value, expected) in
            [(0, &[0][..]), (0x7f, &[0x7f]), (0x80, &[0x80, 1]), (u32::MAX, &[0xff, 0xff, 0xff, 0xff, 0x0f])]
        {
            let mut out = Vec::new();
            unsigned_leb128(value, &mut out);
            assert_eq!(out, expected, "{value}");
        }
        for (value, expected) in [
            (0, &[0][..]),
            (63, &[0x3f]),
            (64, &[0xc0, 0]),
            (-64, &[0x40]),
            (-65, &[0xbf, 0x7f]),
            (i32::MAX, &[0xff, 0xff, 0xff, 0xff, 7]),
            (i32::MIN, &[0x80, 0x80, 0x80, 0x80, 0x78]),
        ] {
            let mut out = Vec::new();
            signed_leb128(value, &mut out);
            assert_eq!(out, expected, "{value}");
        }
    }
}
