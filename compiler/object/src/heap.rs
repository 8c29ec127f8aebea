//! What the collector knows of the program (see [`wasmelt_abi::HeapHeader`]), and the table of ancestors, which casts use.

use std::mem::offset_of;

use wasmelt_abi::{HeapHeader, ObjectShape, Root, StackMap, TableState};
use wasmelt_codegen::{Ancestors, CompiledProgram, DataSymbol, HeapLayout, RootPlace, TableStorage};

use crate::{
    ObjectError, ObjectOptions,
    blob::{Blob, to_usize},
    file::{ObjectFile, Section},
    functions::PlacedFunction,
    item::Item,
    segments,
};

/// Alignment of everything here.
const ALIGNMENT: u64 = 8;

/// Emits what the program has of it.
pub(crate) fn emit(
    file: &mut ObjectFile<'_>,
    compiled: &CompiledProgram,
    placed: &[PlacedFunction<'_>],
    options: &ObjectOptions<'_>,
) -> Result<(), ObjectError> {
    if segments::used_data(compiled).contains(&DataSymbol::Ancestors) {
        let rows = ancestor_rows(&compiled.layout.ancestors);
        file.define(Section::Constants, Item::data(DataSymbol::Ancestors), rows, ALIGNMENT);
    }
    let Some(heap) = &compiled.layout.heap else { return Ok(()) };
    let mut blob = header(heap, placed, options);
    let shapes = append_shapes(&mut blob, heap);
    let references = append_u32s(&mut blob, &heap.references);
    let roots = append_roots(&mut blob, compiled, heap);
    let (stack_maps, count, slots) = append_stack_maps(&mut blob, placed)?;
    for (field, offset) in [
        (offset_of!(HeapHeader, shapes), shapes),
        (offset_of!(HeapHeader, references), references),
        (offset_of!(HeapHeader, roots), roots),
        (offset_of!(HeapHeader, stack_maps), stack_maps),
        (offset_of!(HeapHeader, slots), slots),
    ] {
        // Lossless: usize has at most 64 bits.
        blob.put_address(field, Item::Heap, offset as u64);
    }
    blob.put_u64(offset_of!(HeapHeader, stack_map_count), count);
    file.define(Section::Constants, Item::Heap, blob, ALIGNMENT);
    Ok(())
}

fn header(heap: &HeapLayout, placed: &[PlacedFunction<'_>], options: &ObjectOptions<'_>) -> Blob {
    let text_bytes = placed.last().map_or(0, |last| last.end);
    let mut blob = Blob::zeroed(size_of::<HeapHeader>());
    blob.put_address(offset_of!(HeapHeader, state), Item::data(DataSymbol::State), heap.state);
    blob.put_u64(offset_of!(HeapHeader, maximum_bytes), options.max_gc_heap_bytes);
    // Lossless: usize has at most 64 bits.
    blob.put_u64(offset_of!(HeapHeader, root_count), heap.roots.len() as u64);
    blob.put_u64(offset_of!(HeapHeader, text_bytes), text_bytes.into());
    blob
}

fn append_shapes(blob: &mut Blob, heap: &HeapLayout) -> usize {
    let start = append(blob, heap.shapes.len() * size_of::<ObjectShape>());
    for (shape, at) in heap.shapes.iter().zip((start..).step_by(size_of::<ObjectShape>())) {
        blob.put_u32(at + offset_of!(ObjectShape, kind), shape.kind);
        blob.put_u32(at + offset_of!(ObjectShape, bytes), shape.bytes);
        blob.put_u32(at + offset_of!(ObjectShape, first_reference), shape.first_reference);
        blob.put_u32(at + offset_of!(ObjectShape, reference_count), shape.reference_count);
    }
    start
}

fn append_roots(blob: &mut Blob, compiled: &CompiledProgram, heap: &HeapLayout) -> usize {
    let start = append(blob, heap.roots.len() * size_of::<Root>());
    for (root, at) in heap.roots.iter().zip((start..).step_by(size_of::<Root>())) {
        match *root {
            RootPlace::State { offset, count } => {
                blob.put_address(at + offset_of!(Root, address), Item::data(DataSymbol::State), offset);
                blob.put_u64(at + offset_of!(Root, length), count);
            }
            RootPlace::Table(table) => {
                let place = &compiled.layout.tables[&table];
                match place.storage {
                    TableStorage::Fixed(address) => blob.put_u64(at + offset_of!(Root, address), address),
                    TableStorage::State(offset) => {
                        blob.put_address(at + offset_of!(Root, address), Item::data(DataSymbol::State), offset);
                    }
                    TableStorage::Constant => unreachable!("invariant: a table that is never written is no root"),
                }
                blob.put_u64(at + offset_of!(Root, length), place.initial);
                if let Some(state) = place.state {
                    let length = state + offset_of!(TableState, length) as u64;
                    blob.put_address(at + offset_of!(Root, length_at), Item::data(DataSymbol::State), length);
                }
            }
        }
    }
    start
}

/// The offsets of the stack maps and of their slots, with the number of maps in between.
fn append_stack_maps(blob: &mut Blob, placed: &[PlacedFunction<'_>]) -> Result<(usize, u64, usize), ObjectError> {
    let maps: Vec<_> = placed
        .iter()
        .flat_map(|PlacedFunction { function, start, .. }| {
            function.stack_maps.iter().filter(|map| !map.slots.is_empty()).map(move |map| (start + map.offset, map))
        })
        .collect();
    let start = append(blob, maps.len() * size_of::<StackMap>());
    let mut slots = Vec::new();
    for (&(return_offset, map), at) in maps.iter().zip((start..).step_by(size_of::<StackMap>())) {
        blob.put_u32(at + offset_of!(StackMap, return_offset), return_offset);
        blob.put_u32(at + offset_of!(StackMap, frame_bytes), map.frame_bytes);
        blob.put_u32(at + offset_of!(StackMap, first_slot), to_u32(slots.len())?);
        blob.put_u32(at + offset_of!(StackMap, slot_count), to_u32(map.slots.len())?);
        slots.extend_from_slice(&map.slots);
    }
    // Lossless: usize has at most 64 bits.
    Ok((start, maps.len() as u64, append_u32s(blob, &slots)))
}

fn append_u32s(blob: &mut Blob, values: &[u32]) -> usize {
    let start = append(blob, size_of_val(values));
    for (&value, at) in values.iter().zip((start..).step_by(size_of::<u32>())) {
        blob.put_u32(at, value);
    }
    start
}

/// Appends `bytes` zero bytes, aligned; their offset.
fn append(blob: &mut Blob, bytes: usize) -> usize {
    let start = blob.bytes.len().next_multiple_of(to_usize(ALIGNMENT));
    blob.bytes.resize(start + bytes, 0);
    start
}

fn ancestor_rows(ancestors: &Ancestors) -> Blob {
    let mut blob = Blob::default();
    append_u32s(&mut blob, &ancestors.rows.concat());
    blob
}

fn to_u32(size: usize) -> Result<u32, ObjectError> {
    // Lossless: usize has at most 64 bits.
    u32::try_from(size).map_err(|_| ObjectError::TooLarge { part: "stack maps", bytes: size as u64 })
}
