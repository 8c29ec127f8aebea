//! The grants table, as it was given: wasmelt-policy writes it, the runtime and tools read it.

use wasmelt_abi::grants::ALIGNMENT;

use crate::{
    blob::Blob,
    file::{ObjectFile, Section},
    item::Item,
};

/// Emits the table.
pub(crate) fn emit(file: &mut ObjectFile<'_>, table: &[u8]) {
    let blob = Blob { bytes: table.to_vec(), addresses: Vec::new() };
    // Lossless: a small number.
    file.define(Section::Grants, Item::Grants, blob, ALIGNMENT as u64);
}
