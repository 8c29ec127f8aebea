//! Cells: how a reference lies in a table.
//!
//! A cell of a table of functions is a copy of the function's cell in the program's array, so that an indirect call finds
//! code and signature without a further load; null is all zeros. Any other reference is its own cell.

use std::mem::offset_of;

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, StackSlotData, StackSlotKind, Value, condcodes::IntCC, types};
use wasmelt_abi::{FUNC_CELL_BYTES, FuncCell, NULL_SIGNATURE};
use wasmelt_module::ProgramTable;

use crate::{abi::ADDRESS, addressing, emitter::Emitter, traps};

/// Displacement of the code's address in a function cell.
pub(crate) const CODE: i32 = displacement(offset_of!(FuncCell, code));
/// Displacement of the signature's number in a function cell.
pub(crate) const SIGNATURE: i32 = displacement(offset_of!(FuncCell, signature));
/// Displacement of the cell's own index in a function cell.
const INDEX: i32 = displacement(offset_of!(FuncCell, index));

// A cell is copied as two words.
const _: () = assert!(CODE == 0 && SIGNATURE == 8 && INDEX == 12 && FUNC_CELL_BYTES == 16);

#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "below the size of a cell")]
const fn displacement(offset: usize) -> i32 {
    assert!(offset < size_of::<FuncCell>());
    offset as i32
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellKind {
    /// A [`FuncCell`].
    Function,
    /// A reference by itself.
    Reference,
}

impl CellKind {
    /// The kind of cells of `bytes` bytes.
    pub(crate) fn of_width(bytes: u64) -> CellKind {
        if bytes == FUNC_CELL_BYTES { CellKind::Function } else { CellKind::Reference }
    }
}

/// The reference in the cell at `cell`.
pub(crate) fn load(e: &mut Emitter<'_>, kind: CellKind, (cell, flags): (Value, MemFlagsData)) -> Value {
    if kind == CellKind::Reference {
        return e.ins().load(ADDRESS, flags, cell, 0);
    }
    let signature = e.ins().load(types::I32, flags, cell, SIGNATURE);
    let index = e.ins().load(types::I32, flags, cell, INDEX);
    let index = e.widen(index);
    let offset = e.ins().ishl_imm_u(index, i64::from(FUNC_CELL_BYTES.trailing_zeros()));
    let cells = addressing::func_cells(e);
    let reference = e.ins().iadd(cells, offset);
    let is_null = e.ins().icmp_imm_u(IntCC::Equal, signature, i64::from(NULL_SIGNATURE));
    let null = e.iconst(0);
    e.ins().select(is_null, null, reference)
}

/// The number of the signature of `function`, a reference that is not null; 32-bit.
pub(crate) fn signature(e: &mut Emitter<'_>, function: Value) -> Value {
    e.ins().load(types::I32, MemFlagsData::trusted(), function, SIGNATURE)
}

/// The address of the code of `function`, a reference; traps if it is null, because no page is mapped at address 0.
pub(crate) fn code(e: &mut Emitter<'_>, function: Value) -> Value {
    let flags = MemFlagsData::trusted().with_trap_code(Some(traps::NULL_REFERENCE));
    e.ins().load(ADDRESS, flags, function, CODE)
}

/// Stores `reference` into the cell at `cell`.
pub(crate) fn store(e: &mut Emitter<'_>, kind: CellKind, (cell, flags): (Value, MemFlagsData), reference: Value) {
    if kind == CellKind::Reference {
        e.ins().store(flags, reference, cell, 0);
        return;
    }
    let source = func_cell(e, reference);
    let first = e.ins().load(types::I64, MemFlagsData::trusted(), source, 0);
    let second = e.ins().load(types::I64, MemFlagsData::trusted(), source, 8);
    e.ins().store(flags, first, cell, 0);
    e.ins().store(flags, second, cell, 8);
}

/// The address of a cell that holds `reference`, for a helper to copy from.
pub(crate) fn address_of(e: &mut Emitter<'_>, kind: CellKind, reference: Value) -> Value {
    match kind {
        CellKind::Function => func_cell(e, reference),
        CellKind::Reference => spill(e, &[reference]),
    }
}

/// The bytes of `count` cells of `table`.
pub(crate) fn bytes(e: &mut Emitter<'_>, table: ProgramTable, count: Value) -> Value {
    let cell_bytes = e.plan.table(table).cell_bytes;
    let count = e.widen(count);
    e.ins().ishl_imm_u(count, i64::from(cell_bytes.trailing_zeros()))
}

/// The address of the function cell that `reference` refers to, or of an empty one if it is null.
fn func_cell(e: &mut Emitter<'_>, reference: Value) -> Value {
    let zero = e.iconst(0);
    let empty = spill(e, &[zero, zero]);
    let is_null = e.ins().icmp_imm_u(IntCC::Equal, reference, 0);
    e.ins().select(is_null, empty, reference)
}

/// The address of a new stack slot that holds 64-bit `words`.
fn spill(e: &mut Emitter<'_>, words: &[Value]) -> Value {
    let bytes = u32::try_from(words.len() * 8).expect("invariant: a cell has at most two words");
    let slot = e.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, 3));
    let address = e.ins().stack_addr(ADDRESS, slot, 0);
    for (&word, displacement) in words.iter().zip((0..).step_by(8)) {
        e.ins().store(MemFlagsData::trusted(), word, address, displacement);
    }
    address
}
