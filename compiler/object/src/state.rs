//! All mutable state of all instances, as it is when the process starts.

use std::mem::offset_of;

use wasmelt_abi::{BOUNDS_EXPLICIT, BOUNDS_GUARD, MOST_STATE_COPIED, MemoryState, TableState};
use wasmelt_codegen::{CompiledProgram, DataSymbol, MemoryBounds, MemoryPlace, TablePlace, TableStorage};
use wasmelt_module::{InstanceIndex, Program, ProgramConst};

use crate::{
    Linker,
    blob::{Blob, to_usize},
    cells::Cells,
    file::{ObjectFile, Section},
    item::Item,
    memory_image::MemoryImage,
    tables,
};

/// Alignment of the section; offsets in it are aligned as their contents need it.
const ALIGNMENT: u64 = 16;

/// Emits the section: with what is in it, or zero, if so little is in it that the runtime copies it there
/// ([`wasmelt_abi::ProgramHeader::state_image`]).
pub(crate) fn emit(
    file: &mut ObjectFile<'_>,
    program: &Program,
    compiled: &CompiledProgram,
    cells: &Cells,
    (images, linker): (&[MemoryImage], Linker),
) {
    let layout = &compiled.layout;
    let mut blob = Blob::zeroed(to_usize(layout.state_bytes));
    for ((place, image), number) in layout.memories.iter().zip(images).zip(0..) {
        let offset = to_usize(layout.memory_states) + to_usize(u64::from(number)) * size_of::<MemoryState>();
        put_memory_state(&mut blob, offset, place, (number, image));
        let mapped = image.is_mapped(linker, number, place.initial_bytes);
        blob.put_u32(offset + offset_of!(MemoryState, mapped), u32::from(mapped));
    }
    for (&table, place) in &layout.tables {
        if let TableStorage::State(offset) = place.storage {
            tables::put_contents(&mut blob, to_usize(offset), program, (table, place), cells);
        }
        if let Some(offset) = place.state {
            put_table_state(&mut blob, to_usize(offset), place);
        }
    }
    for (&global, place) in &layout.globals {
        let value = (global.instance, program.initial_value(global));
        put_global(&mut blob, to_usize(place.offset), value, cells);
    }
    for (&(instance, segment), &offset) in &layout.element_lengths {
        let items = program.module(instance).element(segment).items.len();
        blob.put_u64(to_usize(offset), items as u64);
    }
    for (&(instance, segment), &offset) in &layout.data_lengths {
        let bytes = program.module(instance).data_bytes(segment).len();
        blob.put_u64(to_usize(offset), bytes as u64);
    }
    if !is_copied(compiled, linker) {
        file.define_state(Item::data(DataSymbol::State), blob, ALIGNMENT);
        return;
    }
    file.define_zeros(Item::data(DataSymbol::State), blob.bytes.len() as u64, ALIGNMENT);
    file.define(Section::Constants, Item::StateImage, blob, ALIGNMENT);
}

/// Whether the state is so little that the runtime copies it.
pub(crate) fn is_copied(compiled: &CompiledProgram, linker: Linker) -> bool {
    linker == Linker::Wasmelt && compiled.layout.state_bytes <= MOST_STATE_COPIED
}

fn put_memory_state(blob: &mut Blob, at: usize, place: &MemoryPlace, (number, image): (u32, &MemoryImage)) {
    blob.put_u64(at + offset_of!(MemoryState, base), place.base);
    blob.put_u64(at + offset_of!(MemoryState, byte_length), place.initial_bytes);
    blob.put_u64(at + offset_of!(MemoryState, maximum_bytes), place.maximum_bytes);
    blob.put_u64(at + offset_of!(MemoryState, reserved_bytes), place.reserved_bytes);
    blob.put_u16(at + offset_of!(MemoryState, page_size_log2), u16::from(place.page_size_log2));
    let bounds = match place.bounds {
        MemoryBounds::Guard => BOUNDS_GUARD,
        MemoryBounds::Explicit => BOUNDS_EXPLICIT,
    };
    blob.put_u16(at + offset_of!(MemoryState, bounds), bounds);
    match image {
        MemoryImage::Zero | MemoryImage::Mapped { .. } => {}
        MemoryImage::Copied { offset, bytes } => {
            blob.put_address(at + offset_of!(MemoryState, image), Item::MemoryImage(number), 0);
            blob.put_u64(at + offset_of!(MemoryState, image_bytes), bytes.len() as u64);
            blob.put_u64(at + offset_of!(MemoryState, image_offset), *offset);
        }
    }
}

fn put_table_state(blob: &mut Blob, at: usize, place: &TablePlace) {
    match place.storage {
        TableStorage::Fixed(address) => blob.put_u64(at + offset_of!(TableState, base), address),
        TableStorage::State(offset) => {
            blob.put_address(at + offset_of!(TableState, base), Item::data(DataSymbol::State), offset);
        }
        TableStorage::Constant => unreachable!("invariant: a table that is never written has no state"),
    }
    blob.put_u64(at + offset_of!(TableState, length), place.initial);
    blob.put_u64(at + offset_of!(TableState, maximum), place.maximum);
    blob.put_u64(at + offset_of!(TableState, cell_bytes), place.cell_bytes);
}

fn put_global(blob: &mut Blob, at: usize, (instance, value): (InstanceIndex, ProgramConst), cells: &Cells) {
    match value {
        ProgramConst::I32(value) => blob.put(at, &value.to_le_bytes()),
        ProgramConst::I64(value) => blob.put(at, &value.to_le_bytes()),
        ProgramConst::F32(bits) => blob.put(at, &bits.to_le_bytes()),
        ProgramConst::F64(bits) => blob.put(at, &bits.to_le_bytes()),
        ProgramConst::V128(value) => blob.put(at, &value.to_le_bytes()),
        ProgramConst::Null | ProgramConst::Function(_) | ProgramConst::I31(_) | ProgramConst::Dynamic => {
            cells.put_reference(blob, at, instance, value)
        }
    }
}
