//! The grants table, as it was given: wasmelt-policy writes it, the runtime and tools read it. Zero bytes follow, so that
//! another table can take its place in the executable (`wasmelt grant`).

use wasmelt_abi::grants::ALIGNMENT;

use crate::{
    ObjectOptions,
    blob::Blob,
    file::{ObjectFile, Section},
    item::Item,
};

/// Bytes that there are for a table at least.
const ROOM: usize = 1024;

/// Emits the table.
pub(crate) fn emit(file: &mut ObjectFile<'_>, options: &ObjectOptions<'_>) {
    let mut bytes = options.grants.to_vec();
    bytes.resize(options.grants_room.unwrap_or((2 * bytes.len()).max(ROOM)), 0);
    let blob = Blob { bytes, addresses: Vec::new() };
    // Lossless: a small number.
    file.define(Section::Grants, Item::Grants, blob, ALIGNMENT as u64);
}
