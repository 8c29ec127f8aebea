//! The grants table, as it was given: wasmelt-policy writes it, the runtime and tools read it. Zero bytes follow, so that
//! another table can take its place in the executable (`wasmelt grant`).

use wasmelt_abi::grants::ALIGNMENT;

use crate::{
    blob::Blob,
    file::{ObjectFile, Section},
    item::Item,
};

/// Bytes that there are for a table at least.
const ROOM: usize = 1024;

/// Emits the table.
pub(crate) fn emit(file: &mut ObjectFile<'_>, table: &[u8]) {
    let mut bytes = table.to_vec();
    bytes.resize((2 * table.len()).max(ROOM), 0);
    let blob = Blob { bytes, addresses: Vec::new() };
    // Lossless: a small number.
    file.define(Section::Grants, Item::Grants, blob, ALIGNMENT as u64);
}
