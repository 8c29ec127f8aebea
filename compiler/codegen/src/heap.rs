//! Objects on the heap: how they are made, and the only file that forms an address into one.
//!
//! What is accessed in an object is inside of it by validity: a field of a structure by its type, an element of an array
//! by a check against the array's length. An index out of bounds becomes address 0 by a conditional move, which speculation
//! does not bypass, and the access traps there. A null reference is address 0 by itself: no page is mapped below 64 KiB, so
//! that an access that close to it traps.

use std::mem::offset_of;

use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Type, Value, condcodes::IntCC, types};
use wasmelt_abi::HeapState;
use wasmelt_module::StorageType;

use crate::{
    Place,
    abi::{ADDRESS, Helper},
    addressing,
    emitter::Emitter,
    plan::objects::{HEADER_BYTES, stored},
    regions::{self, Region},
    traps,
};

/// Displacement of the length in an array.
const LENGTH: i32 = 4;
/// Displacements in the heap's state.
const NEXT: i32 = 0;
const END: i32 = 8;

const _: () = assert!(offset_of!(HeapState, next) == 0 && offset_of!(HeapState, end) == 8);

/// Bytes from address 0 on that are never mapped.
const UNMAPPED: u32 = 1 << 16;

/// Bits of a reference that are 0 if it is an object or null.
const TAG: i64 = 0b11;

/// A structure or exception of `bytes` bytes with these fields.
pub(crate) fn new_structure(
    e: &mut Emitter<'_>,
    number: u32,
    (places, bytes): (&[Place], u32),
    values: &[Value],
) -> Value {
    let object = allocate(e, number, bytes);
    for (&place, &value) in places.iter().zip(values) {
        let at = present_field(e, object, place);
        store(e, at, place.storage, value);
    }
    object
}

/// An array of `length` elements, 32-bit, all of them `value`.
pub(crate) fn new_array(e: &mut Emitter<'_>, number: u32, place: Place, length: Value, value: Value) -> Value {
    let array = allocate_array(e, number, place, length);
    let first = new_elements(e, array);
    fill(e, first, place, length, value);
    array
}

/// An array of these elements.
pub(crate) fn new_fixed_array(e: &mut Emitter<'_>, number: u32, place: Place, values: &[Value]) -> Value {
    let length = u32::try_from(values.len()).expect("invariant: an array of fixed length has at most 10,000 elements");
    let length = e.ins().iconst(types::I32, i64::from(length));
    let array = allocate_array(e, number, place, length);
    for (&value, index) in values.iter().zip(0..) {
        let at = new_element(e, array, place, index);
        store(e, at, place.storage, value);
    }
    array
}

/// A structure or exception of `bytes` bytes, whose fields have no values yet: they get them before the next call.
fn allocate(e: &mut Emitter<'_>, number: u32, bytes: u32) -> Value {
    let header = e.iconst(number.into());
    let bytes = e.iconst(bytes.into());
    allocate_bytes(e, header, bytes)
}

/// An array of `length` elements, 32-bit, that have no values yet: they get them before the next call.
pub(crate) fn allocate_array(e: &mut Emitter<'_>, number: u32, place: Place, length: Value) -> Value {
    let length = e.widen(length);
    let high = e.ins().ishl_imm_u(length, 32);
    let number = e.iconst(number.into());
    let header = e.ins().bor(high, number);
    // Below 2³² · 16 + 16.
    let elements = scale(e, length, place);
    let bytes = e.ins().iadd_imm_s(elements, i64::from(HEADER_BYTES) + 7);
    let bytes = e.ins().band_imm_s(bytes, !7);
    allocate_bytes(e, header, bytes)
}

/// The next object if there is room for it, else the collector's.
fn allocate_bytes(e: &mut Emitter<'_>, header: Value, bytes: Value) -> Value {
    let state = addressing::heap_state(e);
    let flags = regions::flags(e, Region::State);
    let next = e.ins().load(ADDRESS, flags, state, NEXT);
    let end = e.ins().load(ADDRESS, flags, state, END);
    // Addresses are below 2⁴⁷, so that neither sum nor difference overflows.
    let after = e.ins().iadd(next, bytes);
    let full = e.ins().icmp(IntCC::UnsignedGreaterThan, after, end);

    let (roomy, collect, done) = (e.builder.create_block(), e.builder.create_block(), e.builder.create_block());
    e.builder.set_cold_block(collect);
    let object = e.builder.append_block_param(done, ADDRESS);
    e.trace(object);
    e.ins().brif(full, collect, &[], roomy, &[]);
    e.builder.seal_block(roomy);
    e.builder.seal_block(collect);

    e.builder.switch_to_block(roomy);
    e.ins().store(flags, after, state, NEXT);
    let object_flags = regions::flags(e, Region::Heap);
    e.ins().store(object_flags, header, next, 0);
    e.ins().jump(done, &[BlockArg::from(next)]);

    e.builder.switch_to_block(collect);
    let call = e.call_helper(Helper::GcAllocate, &[header, bytes]);
    let made = e.result(call);
    e.ins().jump(done, &[BlockArg::from(made)]);
    e.builder.seal_block(done);
    e.builder.switch_to_block(done);
    object
}

/// What an access to an object goes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ObjectAddress {
    base: Value,
    displacement: i32,
    flags: MemFlagsData,
}

/// A field of the structure `object`, which may be null: the first access traps then.
pub(crate) fn field(e: &mut Emitter<'_>, object: Value, place: Place) -> ObjectAddress {
    let flags = regions::flags(e, Region::Heap);
    let displacement = displacement(place.offset);
    if place.offset + place.bytes() <= UNMAPPED {
        return ObjectAddress { base: object, displacement, flags: flags.with_trap_code(Some(traps::NULL_REFERENCE)) };
    }
    e.ins().trapz(object, traps::NULL_REFERENCE);
    ObjectAddress { base: object, displacement, flags }
}

/// A field of a structure that is not null.
pub(crate) fn present_field(e: &mut Emitter<'_>, object: Value, place: Place) -> ObjectAddress {
    let flags = regions::flags(e, Region::Heap);
    ObjectAddress { base: object, displacement: displacement(place.offset), flags }
}

/// The length of the array `array`, 32-bit; traps if it is null.
pub(crate) fn length(e: &mut Emitter<'_>, array: Value) -> Value {
    let flags = regions::flags(e, Region::Heap).with_trap_code(Some(traps::NULL_REFERENCE));
    e.ins().load(types::I32, flags, array, LENGTH)
}

/// Element `index`, 32-bit, of `array`; traps if the array is null, or at the first access if it has no such element.
pub(crate) fn element(e: &mut Emitter<'_>, array: Value, place: Place, index: Value) -> ObjectAddress {
    let length = length(e, array);
    let outside = e.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, length);
    let address = element_address(e, array, place, index);
    let nowhere = e.iconst(0);
    let base = e.ins().select_spectre_guard(outside, nowhere, address);
    let flags = regions::flags(e, Region::Heap).with_trap_code(Some(traps::ARRAY_OUT_OF_BOUNDS));
    ObjectAddress { base, displacement: 0, flags }
}

/// The address of `count` elements of `array` from `index` on, both 32-bit; traps if the array is null or has not all of
/// them.
pub(crate) fn elements(e: &mut Emitter<'_>, array: Value, place: Place, index: Value, count: Value) -> Value {
    let length = length(e, array);
    let (length, start, count) = (e.widen(length), e.widen(index), e.widen(count));
    let end = e.ins().iadd(start, count);
    let outside = e.ins().icmp(IntCC::UnsignedGreaterThan, end, length);
    e.ins().trapnz(outside, traps::ARRAY_OUT_OF_BOUNDS);
    element_address(e, array, place, index)
}

/// The address of element 0 of an array that has just been made.
pub(crate) fn new_elements(e: &mut Emitter<'_>, array: Value) -> Value {
    e.ins().iadd_imm_s(array, i64::from(HEADER_BYTES))
}

/// Element `index` of an array that has just been made and has that element.
fn new_element(e: &mut Emitter<'_>, array: Value, place: Place, index: u32) -> ObjectAddress {
    let base = new_elements(e, array);
    let offset = u64::from(index) * u64::from(place.bytes());
    let base = e.ins().iadd_imm_s(base, offset.cast_signed());
    ObjectAddress { base, displacement: 0, flags: regions::flags(e, Region::Heap) }
}

/// The bytes of `count` elements, a 32-bit number.
pub(crate) fn bytes(e: &mut Emitter<'_>, place: Place, count: Value) -> Value {
    let count = e.widen(count);
    scale(e, count, place)
}

/// Stores `value` into each of `count` elements, 32-bit, from the address `first` on.
pub(crate) fn fill(e: &mut Emitter<'_>, first: Value, place: Place, count: Value, value: Value) {
    let bytes = bytes(e, place, count);
    let end = e.ins().iadd(first, bytes);
    for_each(e, first, end, place.bytes(), |e, at| {
        let flags = regions::flags(e, Region::Heap);
        store(e, ObjectAddress { base: at, displacement: 0, flags }, place.storage, value);
    });
}

/// Does `body` with each address from `first` to below `end`, `step` apart. It makes no calls.
pub(crate) fn for_each(
    e: &mut Emitter<'_>,
    first: Value,
    end: Value,
    step: u32,
    body: impl FnOnce(&mut Emitter<'_>, Value),
) {
    let (head, next, done) = (e.builder.create_block(), e.builder.create_block(), e.builder.create_block());
    let at = e.builder.append_block_param(head, ADDRESS);
    e.ins().jump(head, &[BlockArg::from(first)]);
    e.builder.switch_to_block(head);
    let over = e.ins().icmp(IntCC::Equal, at, end);
    e.ins().brif(over, done, &[], next, &[]);
    e.builder.seal_block(next);
    e.builder.switch_to_block(next);
    body(e, at);
    let following = e.ins().iadd_imm_s(at, i64::from(step));
    e.ins().jump(head, &[BlockArg::from(following)]);
    e.builder.seal_block(head);
    e.builder.seal_block(done);
    e.builder.switch_to_block(done);
}

/// What is stored at `at`, in 32 bits if it has fewer: extended with its sign or with zeros.
pub(crate) fn load(e: &mut Emitter<'_>, at: ObjectAddress, storage: StorageType, signed: bool) -> Value {
    let value = e.ins().load(stored(storage), at.flags, at.base, at.displacement);
    match (storage, signed) {
        (StorageType::Val(_), _) => value,
        (StorageType::I8 | StorageType::I16, true) => e.ins().sextend(types::I32, value),
        (StorageType::I8 | StorageType::I16, false) => e.ins().uextend(types::I32, value),
    }
}

/// Stores `value` at `at`, without the bits that there is no room for.
pub(crate) fn store(e: &mut Emitter<'_>, at: ObjectAddress, storage: StorageType, value: Value) {
    let value = match storage {
        StorageType::Val(_) => value,
        StorageType::I8 | StorageType::I16 => e.ins().ireduce(stored(storage), value),
    };
    e.ins().store(at.flags, value, at.base, at.displacement);
}

/// 0 unless `reference`, which is not null, is the address of an object.
pub(crate) fn tag(e: &mut Emitter<'_>, reference: Value) -> Value {
    e.ins().band_imm_s(reference, TAG)
}

/// The number of the type of `object`, which is one; 32-bit.
pub(crate) fn type_number(e: &mut Emitter<'_>, object: Value) -> Value {
    let flags = regions::flags(e, Region::Heap);
    e.ins().load(types::I32, flags, object, 0)
}

/// The small integer that `value`, 32-bit, is without its highest bit: bit 0 of the reference is 1, the 31 bits stand above
/// it, and the upper half is 0.
pub(crate) fn small_integer(e: &mut Emitter<'_>, value: Value) -> Value {
    let shifted = e.ins().ishl_imm_u(value, 1);
    let tagged = e.ins().bor_imm_s(shifted, 1);
    e.widen(tagged)
}

/// The zero of `ty`.
pub(crate) fn zero(e: &mut Emitter<'_>, ty: Type) -> Value {
    match ty {
        types::F32 => e.ins().f32const(0.0),
        types::F64 => e.ins().f64const(0.0),
        vector if vector.is_vector() => e.vconst(vector, 0),
        // What has fewer bits is an i32 until it is stored.
        types::I8 | types::I16 => e.ins().iconst(types::I32, 0),
        integer => e.ins().iconst(integer, 0),
    }
}

fn element_address(e: &mut Emitter<'_>, array: Value, place: Place, index: Value) -> Value {
    let offset = bytes(e, place, index);
    let address = e.ins().iadd(array, offset);
    e.ins().iadd_imm_s(address, i64::from(HEADER_BYTES))
}

/// `count` · the bytes of an element, a power of two.
fn scale(e: &mut Emitter<'_>, count: Value, place: Place) -> Value {
    e.ins().ishl_imm_u(count, i64::from(place.bytes().trailing_zeros()))
}

fn displacement(offset: u32) -> i32 {
    i32::try_from(offset).expect("invariant: a structure has at most 10,000 fields of 16 bytes")
}
