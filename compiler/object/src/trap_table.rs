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
