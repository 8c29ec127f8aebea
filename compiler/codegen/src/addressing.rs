//! Where instance state lies: the only file that knows.
//!
//! Code for executables uses static addressing: every memory has its address from the target's address space, everything
//! else is reached by symbol and offset. Callers get CLIF values for addresses and contents and do not see which is
//! which, so that addressing through a context parameter can come to stand beside it.

use std::mem::offset_of;

use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasmelt_abi::{FUNC_CELL_BYTES, MemoryState, TableState};
use wasmelt_module::{
    BoundFunction, DataIndex, ElementIndex, InstanceIndex, ProgramConst, ProgramGlobal, ProgramMemory, ProgramTable,
};

use crate::{
    DataSymbol, TableStorage,
    abi::{self, ADDRESS},
    emitter::Emitter,
    regions::{self, Region},
    vectors::V128,
};

/// The address of byte 0 of `memory`.
pub(crate) fn memory_base(e: &mut Emitter<'_>, memory: ProgramMemory) -> Value {
    let base = e.plan.memory(memory).base;
    e.iconst(base)
}

/// The address of the state of `memory`.
pub(crate) fn memory_state(e: &mut Emitter<'_>, memory: ProgramMemory) -> Value {
    let state = e.data_address(DataSymbol::State);
    let offset = memory_state_offset(e, memory);
    e.ins().iadd_imm_s(state, offset.cast_signed())
}

/// The current size of `memory` in bytes.
pub(crate) fn memory_length(e: &mut Emitter<'_>, memory: ProgramMemory) -> Value {
    let offset = memory_state_offset(e, memory) + offset_of!(MemoryState, byte_length) as u64;
    if !e.plan.program.memory_type(memory).shared {
        return load_state(e, types::I64, offset);
    }
    // Another thread may have let it grow.
    let state = e.data_address(DataSymbol::State);
    let address = e.ins().iadd_imm_s(state, offset.cast_signed());
    let flags = regions::flags(e, Region::State);
    e.ins().atomic_load(types::I64, flags, address)
}

/// What host functions called by `instance` get as their memory.
pub(crate) fn caller_memory(e: &mut Emitter<'_>, instance: InstanceIndex) -> Value {
    match e.plan.program.caller_memory(instance) {
        Some(memory) => memory_state(e, memory),
        None => e.iconst(0),
    }
}

/// The address of cell 0 of `table`.
pub(crate) fn table_base(e: &mut Emitter<'_>, table: ProgramTable) -> Value {
    match e.plan.table(table).storage {
        TableStorage::Constant => e.data_address(DataSymbol::ConstantTable(table)),
        TableStorage::State(offset) => {
            let state = e.data_address(DataSymbol::State);
            e.ins().iadd_imm_s(state, offset.cast_signed())
        }
        TableStorage::Fixed(address) => e.iconst(address),
    }
}

/// The current size of `table` in cells.
pub(crate) fn table_length(e: &mut Emitter<'_>, table: ProgramTable) -> Value {
    let place = *e.plan.table(table);
    match place.state {
        None => e.iconst(place.initial),
        Some(state) => load_state(e, types::I64, state + offset_of!(TableState, length) as u64),
    }
}

/// The address of the state of `table`; `None` if it cannot grow.
pub(crate) fn table_state(e: &mut Emitter<'_>, table: ProgramTable) -> Option<Value> {
    let offset = e.plan.table(table).state?;
    let state = e.data_address(DataSymbol::State);
    Some(e.ins().iadd_imm_s(state, offset.cast_signed()))
}

/// The address of the heap's state.
pub(crate) fn heap_state(e: &mut Emitter<'_>) -> Value {
    let offset = e.plan.layout.heap.as_ref().map(|heap| heap.state);
    let offset = offset.expect("invariant: a program that makes objects has a heap");
    let state = e.data_address(DataSymbol::State);
    e.ins().iadd_imm_s(state, offset.cast_signed())
}

/// The address of the table of ancestors.
pub(crate) fn ancestors(e: &mut Emitter<'_>) -> Value {
    e.data_address(DataSymbol::Ancestors)
}

/// The value of `global`.
pub(crate) fn global_get(e: &mut Emitter<'_>, global: ProgramGlobal) -> Value {
    match e.plan.global(global) {
        Ok(place) => {
            let ty = e.plan.program.global_type(global).content_type;
            let value = load_state(e, abi::value_type(ty), place.offset);
            e.trace_typed(value, ty);
            value
        }
        Err(value) => constant(e, global.instance, value),
    }
}

/// Sets `global`, which is mutable or gets its value at instantiation, to `value`.
pub(crate) fn global_set(e: &mut Emitter<'_>, global: ProgramGlobal, value: Value) {
    let place = e.plan.global(global).expect("invariant: only globals that are variables are set");
    store_state(e, value, place.offset);
}

/// The array of function cells.
pub(crate) fn func_cells(e: &mut Emitter<'_>) -> Value {
    e.data_address(DataSymbol::FuncCells)
}

/// A reference to `function`, as `instance` takes it.
pub(crate) fn func_reference(e: &mut Emitter<'_>, instance: InstanceIndex, function: BoundFunction) -> Value {
    let offset = u64::from(e.plan.cell(instance, function)) * FUNC_CELL_BYTES;
    let cells = func_cells(e);
    e.ins().iadd_imm_s(cells, offset.cast_signed())
}

/// The address of the cells of an element segment of `instance`, whether it is dropped or not.
pub(crate) fn element_cells(e: &mut Emitter<'_>, instance: InstanceIndex, segment: ElementIndex) -> Value {
    match e.plan.layout.object_elements.get(&(instance, segment)).copied() {
        Some(offset) => {
            let state = e.data_address(DataSymbol::State);
            e.ins().iadd_imm_s(state, offset.cast_signed())
        }
        None => e.data_address(DataSymbol::Elements(instance, segment)),
    }
}

/// What instructions find of an element segment: the address of its cells and their number, which is 0 once it is dropped.
pub(crate) fn elements(e: &mut Emitter<'_>, instance: InstanceIndex, segment: ElementIndex) -> (Value, Value) {
    match e.plan.layout.element_lengths.get(&(instance, segment)).copied() {
        Some(length) => (element_cells(e, instance, segment), load_state(e, types::I64, length)),
        None => nothing(e),
    }
}

/// Drops an element segment.
pub(crate) fn drop_elements(e: &mut Emitter<'_>, instance: InstanceIndex, segment: ElementIndex) {
    if let Some(length) = e.plan.layout.element_lengths.get(&(instance, segment)).copied() {
        let zero = e.iconst(0);
        store_state(e, zero, length);
    }
}

/// The address of the bytes of a data segment of `instance`, whether it is dropped or not.
pub(crate) fn data_bytes(e: &mut Emitter<'_>, instance: InstanceIndex, segment: DataIndex) -> Value {
    e.data_address(DataSymbol::Data(instance, segment))
}

/// What instructions find of a data segment: the address of its bytes and their number, which is 0 once it is dropped.
pub(crate) fn data(e: &mut Emitter<'_>, instance: InstanceIndex, segment: DataIndex) -> (Value, Value) {
    match e.plan.layout.data_lengths.get(&(instance, segment)).copied() {
        Some(length) => (data_bytes(e, instance, segment), load_state(e, types::I64, length)),
        None => nothing(e),
    }
}

/// Drops a data segment.
pub(crate) fn drop_data(e: &mut Emitter<'_>, instance: InstanceIndex, segment: DataIndex) {
    if let Some(length) = e.plan.layout.data_lengths.get(&(instance, segment)).copied() {
        let zero = e.iconst(0);
        store_state(e, zero, length);
    }
}

/// `value`, a constant of `instance`.
pub(crate) fn constant(e: &mut Emitter<'_>, instance: InstanceIndex, value: ProgramConst) -> Value {
    match value {
        ProgramConst::I32(value) => e.ins().iconst(types::I32, i64::from(value.cast_unsigned())),
        ProgramConst::I64(value) => e.ins().iconst(types::I64, value),
        ProgramConst::F32(bits) => e.ins().f32const(f32::from_bits(bits)),
        ProgramConst::F64(bits) => e.ins().f64const(f64::from_bits(bits)),
        ProgramConst::Null => e.ins().iconst(ADDRESS, 0),
        ProgramConst::Function(function) => func_reference(e, instance, function),
        ProgramConst::V128(bits) => e.vconst(V128, bits),
        ProgramConst::I31(value) => e.iconst(i31_bits(value)),
        ProgramConst::Dynamic => unreachable!("invariant: what is made at instantiation has a place"),
    }
}

/// The reference that an `i31` is.
pub fn i31_bits(value: u32) -> u64 {
    u64::from(value) << 1 | 1
}

/// The address and length of a segment without a place for its length: it is dropped before any code runs.
fn nothing(e: &mut Emitter<'_>) -> (Value, Value) {
    let zero = e.iconst(0);
    (zero, zero)
}

fn memory_state_offset(e: &Emitter<'_>, memory: ProgramMemory) -> u64 {
    let number = u64::from(e.plan.memory_number(memory));
    e.plan.layout.memory_states + number * size_of::<MemoryState>() as u64
}

fn load_state(e: &mut Emitter<'_>, ty: types::Type, offset: u64) -> Value {
    let state = e.data_address(DataSymbol::State);
    let flags = regions::flags(e, Region::State);
    e.ins().load(ty, flags, state, displacement(offset))
}

fn store_state(e: &mut Emitter<'_>, value: Value, offset: u64) {
    let state = e.data_address(DataSymbol::State);
    let flags = regions::flags(e, Region::State);
    e.ins().store(flags, value, state, displacement(offset));
}

fn displacement(offset: u64) -> i32 {
    i32::try_from(offset).expect("invariant: the plan limits the state section to 2³⁰ bytes")
}
