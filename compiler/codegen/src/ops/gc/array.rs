//! Arrays (WebAssembly core specification, section 4.4.2 "Reference Instructions", `array.*`).
//!
//! ```text
//! array.new        object = allocate(type, length)   fill its elements
//! array.get        length = load object + 4          traps if the array is null
//!                  load address(index < length)      traps if it has no such element
//! array.copy …     end = index + count ≤ length      else traps, and nothing is changed
//! ```

use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasmelt_abi::{FUNC_CELL_BYTES, REFERENCE_CELL_BYTES};
use wasmelt_module::{DataIndex, ElementIndex, TypeIndex};

use crate::{
    Place,
    abi::Helper,
    bounds,
    cells::{self, CellKind},
    function::Translator,
    heap,
    plan::objects,
    regions::{self, Region},
    traps,
};

/// `array.new`: `[element, length] → [array]`.
pub(crate) fn new(t: &mut Translator<'_>, ty: u32) {
    let (value, length) = t.stack.pop2();
    let (place, number) = (place(t, ty), t.type_number(ty));
    let array = heap::new_array(&mut t.emitter, number, place, length, value);
    t.stack.push(array);
}

/// `array.new_default`: `[length] → [array]`.
pub(crate) fn new_default(t: &mut Translator<'_>, ty: u32) {
    let length = t.stack.pop();
    let place = place(t, ty);
    let array = allocate(t, ty, length);
    let e = &mut t.emitter;
    let first = heap::new_elements(e, array);
    let bytes = heap::bytes(e, place, length);
    let zero = e.ins().iconst(types::I32, 0);
    e.call_helper(Helper::MemorySet, &[first, zero, bytes]);
}

/// `array.new_fixed`: `[elements] → [array]`.
pub(crate) fn new_fixed(t: &mut Translator<'_>, ty: u32, count: u32) {
    // Lossless: u32 to usize.
    let values = t.stack.pop_many(count as usize);
    let (place, number) = (place(t, ty), t.type_number(ty));
    let array = heap::new_fixed_array(&mut t.emitter, number, place, &values);
    t.stack.push(array);
}

/// `array.new_data`: `[start, length] → [array]`; traps if the segment has not all the bytes.
pub(crate) fn new_data(t: &mut Translator<'_>, ty: u32, segment: u32) {
    let (start, length) = t.stack.pop2();
    let place = place(t, ty);
    let from = data(t, segment, start, place, length);
    let array = allocate(t, ty, length);
    let to = heap::new_elements(&mut t.emitter, array);
    move_elements(t, place, to, from, length);
}

/// `array.new_elem`: `[start, length] → [array]`; traps if the segment has not all the elements.
pub(crate) fn new_elem(t: &mut Translator<'_>, ty: u32, segment: u32) {
    let (start, length) = t.stack.pop2();
    let (_, kind) = segment_cells(t, segment, start, length);
    let array = allocate(t, ty, length);
    // Making the array may have moved what the segment holds, but not the segment.
    let (from, _) = segment_cells(t, segment, start, length);
    let to = heap::new_elements(&mut t.emitter, array);
    copy_cells(t, kind, to, from, length);
}

/// `array.get`: `[array, index] → [element]`; packed elements with their sign or without. Traps if the array is null or has
/// no such element.
pub(crate) fn get(t: &mut Translator<'_>, ty: u32, signed: bool) {
    let (array, index) = t.stack.pop2();
    let place = place(t, ty);
    let at = heap::element(&mut t.emitter, array, place, index);
    let value = heap::load(&mut t.emitter, at, place.storage, signed);
    t.push(value, place.storage.unpack());
}

/// `array.set`: `[array, index, element] → []`; traps likewise.
pub(crate) fn set(t: &mut Translator<'_>, ty: u32) {
    let (array, index, value) = t.stack.pop3();
    let place = place(t, ty);
    let at = heap::element(&mut t.emitter, array, place, index);
    heap::store(&mut t.emitter, at, place.storage, value);
}

/// `array.len`: `[array] → [length]`; traps if the array is null.
pub(crate) fn len(t: &mut Translator<'_>) {
    let array = t.stack.pop();
    let length = heap::length(&mut t.emitter, array);
    t.stack.push(length);
}

/// `array.fill`: `[array, index, element, count] → []`.
pub(crate) fn fill(t: &mut Translator<'_>, ty: u32) {
    let count = t.stack.pop();
    let (array, index, value) = t.stack.pop3();
    let place = place(t, ty);
    let first = heap::elements(&mut t.emitter, array, place, index, count);
    heap::fill(&mut t.emitter, first, place, count, value);
}

/// `array.copy`: `[to, to index, from, from index, count] → []`; between arrays whose elements are stored alike.
pub(crate) fn copy(t: &mut Translator<'_>, ty: u32) {
    let (from, from_index, count) = t.stack.pop3();
    let (to, to_index) = t.stack.pop2();
    let place = place(t, ty);
    let to = heap::elements(&mut t.emitter, to, place, to_index, count);
    let from = heap::elements(&mut t.emitter, from, place, from_index, count);
    move_elements(t, place, to, from, count);
}

/// `array.init_data`: `[array, index, start, count] → []`.
pub(crate) fn init_data(t: &mut Translator<'_>, ty: u32, segment: u32) {
    let (index, start, count) = t.stack.pop3();
    let array = t.stack.pop();
    let place = place(t, ty);
    let to = heap::elements(&mut t.emitter, array, place, index, count);
    let from = data(t, segment, start, place, count);
    move_elements(t, place, to, from, count);
}

/// `array.init_elem`: `[array, index, start, count] → []`.
pub(crate) fn init_elem(t: &mut Translator<'_>, ty: u32, segment: u32) {
    let (index, start, count) = t.stack.pop3();
    let array = t.stack.pop();
    let place = place(t, ty);
    let to = heap::elements(&mut t.emitter, array, place, index, count);
    let (from, kind) = segment_cells(t, segment, start, count);
    copy_cells(t, kind, to, from, count);
}

/// Pushes a new array of type `ty`.
fn allocate(t: &mut Translator<'_>, ty: u32, length: Value) -> Value {
    let (place, number) = (place(t, ty), t.type_number(ty));
    let array = heap::allocate_array(&mut t.emitter, number, place, length);
    t.stack.push(array);
    array
}

fn place(t: &Translator<'_>, ty: u32) -> Place {
    objects::array(t.module.ty(TypeIndex(ty)).unwrap_array().0)
}

fn move_elements(t: &mut Translator<'_>, place: Place, to: Value, from: Value, count: Value) {
    let bytes = heap::bytes(&mut t.emitter, place, count);
    t.emitter.call_helper(Helper::MemoryMove, &[to, from, bytes]);
}

/// The address of the bytes of `count` elements in a data segment.
fn data(t: &mut Translator<'_>, segment: u32, start: Value, place: Place, count: Value) -> Value {
    let bytes = heap::bytes(&mut t.emitter, place, count);
    bounds::data_range(&mut t.emitter, t.instance, DataIndex(segment), start, bytes)
}

/// The address of `count` cells of an element segment, and what they hold.
fn segment_cells(t: &mut Translator<'_>, segment: u32, start: Value, count: Value) -> (Value, CellKind) {
    let segment = ElementIndex(segment);
    let ty = t.module.abstract_type(t.module.element(segment).ty.heap_type());
    let cell_bytes = if objects::holds_objects(ty) { REFERENCE_CELL_BYTES } else { FUNC_CELL_BYTES };
    let from = bounds::element_range(&mut t.emitter, (t.instance, segment), cell_bytes, start, count);
    (from, CellKind::of_width(cell_bytes))
}

/// Copies the references in `count` cells from `from` on to elements from `to` on.
fn copy_cells(t: &mut Translator<'_>, kind: CellKind, to: Value, from: Value, count: Value) {
    let e = &mut t.emitter;
    let count = e.widen(count);
    let bytes = e.ins().ishl_imm_u(count, i64::from(REFERENCE_CELL_BYTES.trailing_zeros()));
    if kind == CellKind::Reference {
        e.call_helper(Helper::MemoryMove, &[to, from, bytes]);
        return;
    }
    let end = e.ins().iadd(to, bytes);
    let step = u32::try_from(REFERENCE_CELL_BYTES).expect("invariant: a cell is small");
    heap::for_each(e, to, end, step, |e, at| {
        let offset = e.ins().isub(at, to);
        let offset = e.ins().ishl_imm_u(offset, i64::from((FUNC_CELL_BYTES / REFERENCE_CELL_BYTES).trailing_zeros()));
        let cell = e.ins().iadd(from, offset);
        let flags = regions::flags(e, Region::Tables).with_trap_code(Some(traps::TABLE_OUT_OF_BOUNDS));
        let reference = cells::load(e, kind, (cell, flags));
        let flags = regions::flags(e, Region::Heap);
        e.ins().store(flags, reference, at, 0);
    });
}
