//! Addresses into memories and tables: the only file that forms one, and so the only one to read for memory safety.
//!
//! **Memories with a guard** have 32-bit indices. An access reaches from `base + index + offset` to at most 16 bytes
//! further, and
//!
//! ```text
//! index + offset + 16  ≤  (2³² − 1) + (2³² − 1) + 16  <  2³³ + 2¹⁶  =  GUARDED_MEMORY
//! ```
//!
//! so that it stays in the address space that belongs to the memory. What lies beyond the memory's current size there
//! cannot be accessed: the access itself traps, without a check. Ranges (bulk operations) are checked, in 64 bits, because
//! a range can reach across the guard.
//!
//! **Memories without** are those with 64-bit indices, those with pages smaller than the hardware's, and all for which it was
//! asked for. Each access is checked: `index + offset + width ≤ length`. The length is read again for each access; another
//! access cannot change it, and only growing does.
//!
//! **Tables** are checked against their length. What is out of bounds, there and in memories without a guard, is not branched
//! upon but turned into address 0 by a conditional move, which speculation does not bypass, and the access there traps: no
//! page is mapped below 64 KiB, and an access reaches at most 16 bytes from there.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, TrapCode, Value, condcodes::IntCC, types};
use wasmelt_module::{DataIndex, ElementIndex, InstanceIndex, ProgramMemory, ProgramTable};
use wasmelt_targets::AddressSpace;

use crate::{
    MemoryBounds, addressing,
    emitter::Emitter,
    regions::{self, Region},
    traps,
};

/// Bytes of the widest access to a memory.
const WIDEST_ACCESS: u64 = 16;

const _: () = assert!(2 * (u32::MAX as u64) + WIDEST_ACCESS <= AddressSpace::GUARDED_MEMORY);

/// An address into a memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemoryAddress {
    pub(crate) flags: MemFlagsData,
    pub(crate) base: Value,
    pub(crate) displacement: i32,
}

/// The address of an access of `width` bytes to `memory` at `index` + `offset`.
pub(crate) fn memory_access(
    e: &mut Emitter<'_>,
    memory: ProgramMemory,
    index: Value,
    (offset, width): (u64, u32),
) -> MemoryAddress {
    debug_assert!(u64::from(width) <= WIDEST_ACCESS);
    match e.plan.memory(memory).bounds {
        MemoryBounds::Guard => {
            let offset =
                u32::try_from(offset).expect("invariant: a guard is for 32-bit indices, and so for such offsets");
            guarded_access(e, memory, index, offset)
        }
        MemoryBounds::Explicit => checked_access(e, memory, index, (offset, width)),
    }
}

/// The memory's base is a summand by itself so that it can be folded into the access (x86_64) or be the base of one that
/// extends the index (aarch64).
fn guarded_access(e: &mut Emitter<'_>, memory: ProgramMemory, index: Value, offset: u32) -> MemoryAddress {
    let index = e.ins().uextend(types::I64, index);
    let base = addressing::memory_base(e, memory);
    let address = e.ins().iadd(index, base);
    let flags = regions::flags(e, Region::Memory(e.plan.memory_number(memory)));
    match i32::try_from(offset) {
        Ok(displacement) => MemoryAddress { flags, base: address, displacement },
        // A displacement is signed.
        Err(_) => {
            let base = e.ins().iadd_imm_s(address, i64::from(offset));
            MemoryAddress { flags, base, displacement: 0 }
        }
    }
}

/// What is out of bounds becomes address 0, as in tables.
fn checked_access(
    e: &mut Emitter<'_>,
    memory: ProgramMemory,
    index: Value,
    (offset, width): (u64, u32),
) -> MemoryAddress {
    let flags = regions::flags(e, Region::Memory(e.plan.memory_number(memory)));
    let nowhere = e.iconst(0);
    let largest = e.plan.memory(memory).maximum_bytes;
    // index + offset + width ≥ offset + width > maximum ≥ length: no index is inside.
    let Some(reach) = offset.checked_add(u64::from(width)).filter(|&reach| reach <= largest) else {
        return MemoryAddress { flags, base: nowhere, displacement: 0 };
    };
    let outside = is_outside(e, memory, index, reach);
    let index = e.widen(index);
    let base = addressing::memory_base(e, memory);
    let start = e.ins().iadd(index, base);
    // reach ≤ 2³³: the sum wraps around only where it is not used.
    let address = if offset == 0 { start } else { e.ins().iadd_imm_s(start, offset.cast_signed()) };
    let address = e.ins().select_spectre_guard(outside, nowhere, address);
    MemoryAddress { flags, base: address, displacement: 0 }
}

/// Whether `index` + `reach` > the length of `memory`; `reach` is at most the memory's maximum.
fn is_outside(e: &mut Emitter<'_>, memory: ProgramMemory, index: Value, reach: u64) -> Value {
    let is_64 = e.is_64(index);
    let index = e.widen(index);
    let length = addressing::memory_length(e, memory);
    // reach ≤ initial ≤ length, since a memory never shrinks: length − reach does not wrap, and
    // index + reach > length ⟺ index > length − reach.
    if reach <= e.plan.memory(memory).initial_bytes {
        let last = e.ins().iadd_imm_s(length, -reach.cast_signed());
        return e.ins().icmp(IntCC::UnsignedGreaterThan, index, last);
    }
    let end = e.ins().iadd_imm_s(index, reach.cast_signed());
    let beyond = e.ins().icmp(IntCC::UnsignedGreaterThan, end, length);
    if !is_64 {
        // index + reach < 2³² + 2³³: the sum does not wrap.
        return beyond;
    }
    // A sum of two numbers below 2⁶⁴ has wrapped exactly if it is less than either.
    let wrapped = e.ins().icmp(IntCC::UnsignedLessThan, end, index);
    e.ins().bor(beyond, wrapped)
}

/// The address of `length` bytes of `memory` from `start` on; traps if they are not all inside.
pub(crate) fn memory_range(e: &mut Emitter<'_>, memory: ProgramMemory, start: Value, length: Value) -> Value {
    let room = addressing::memory_length(e, memory);
    let start = check_range(e, start, length, room, traps::MEMORY_OUT_OF_BOUNDS);
    let base = addressing::memory_base(e, memory);
    e.ins().iadd(start, base)
}

/// The address of `length` bytes of a data segment from `start` on; traps if they are not all inside.
pub(crate) fn data_range(
    e: &mut Emitter<'_>,
    instance: InstanceIndex,
    segment: DataIndex,
    start: Value,
    length: Value,
) -> Value {
    let (base, room) = addressing::data(e, instance, segment);
    let start = check_range(e, start, length, room, traps::MEMORY_OUT_OF_BOUNDS);
    e.ins().iadd(base, start)
}

/// The address of cell `index` of `table`, or 0 if it has none.
///
/// The flags are for accesses to it: the first one traps where the address is 0.
pub(crate) fn table_cell(e: &mut Emitter<'_>, table: ProgramTable, index: Value) -> (Value, MemFlagsData) {
    let length = addressing::table_length(e, table);
    let index = e.widen(index);
    let outside = e.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, length);
    let base = addressing::table_base(e, table);
    let cell = cell_address(e, base, index, e.plan.table(table).cell_bytes);
    let nowhere = e.iconst(0);
    let cell = e.ins().select_spectre_guard(outside, nowhere, cell);
    let flags = regions::flags(e, Region::Tables).with_trap_code(Some(traps::TABLE_OUT_OF_BOUNDS));
    (cell, flags)
}

/// The address of `length` cells of `table` from `start` on; traps if they are not all inside.
pub(crate) fn table_range(e: &mut Emitter<'_>, table: ProgramTable, start: Value, length: Value) -> Value {
    let room = addressing::table_length(e, table);
    let start = check_range(e, start, length, room, traps::TABLE_OUT_OF_BOUNDS);
    let base = addressing::table_base(e, table);
    cell_address(e, base, start, e.plan.table(table).cell_bytes)
}

/// The address of `length` cells of `cell_bytes` bytes of an element segment from `start` on; traps if they
/// are not all inside.
pub(crate) fn element_range(
    e: &mut Emitter<'_>,
    (instance, segment): (InstanceIndex, ElementIndex),
    cell_bytes: u64,
    start: Value,
    length: Value,
) -> Value {
    let (base, room) = addressing::elements(e, instance, segment);
    let start = check_range(e, start, length, room, traps::TABLE_OUT_OF_BOUNDS);
    cell_address(e, base, start, cell_bytes)
}

/// Traps unless `start` + `length` ≤ `room`; `start` in 64 bits.
fn check_range(e: &mut Emitter<'_>, start: Value, length: Value, room: Value, trap: TrapCode) -> Value {
    let outside = if e.is_64(start) || e.is_64(length) {
        is_range_outside(e, start, length, room)
    } else {
        // The sum of two 32-bit numbers does not overflow in 64 bits.
        let (start, length) = (e.widen(start), e.widen(length));
        let end = e.ins().iadd(start, length);
        e.ins().icmp(IntCC::UnsignedGreaterThan, end, room)
    };
    e.ins().trapnz(outside, trap);
    e.widen(start)
}

/// Whether `start` + `length` > `room`, without the sum, which may overflow: length > room ∨ start > room − length. The
/// difference wraps only if the first holds.
fn is_range_outside(e: &mut Emitter<'_>, start: Value, length: Value, room: Value) -> Value {
    let (start, length) = (e.widen(start), e.widen(length));
    let too_long = e.ins().icmp(IntCC::UnsignedGreaterThan, length, room);
    let last = e.ins().isub(room, length);
    let too_late = e.ins().icmp(IntCC::UnsignedGreaterThan, start, last);
    e.ins().bor(too_long, too_late)
}

/// `base` + `index` · `cell_bytes`, a power of two.
fn cell_address(e: &mut Emitter<'_>, base: Value, index: Value, cell_bytes: u64) -> Value {
    let offset = e.ins().ishl_imm_u(index, i64::from(cell_bytes.trailing_zeros()));
    e.ins().iadd(base, offset)
}
