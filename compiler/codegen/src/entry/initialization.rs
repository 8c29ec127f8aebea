//! What is left of instantiation for the running program (WebAssembly core specification, section 4.5.4 "Instantiation"):
//! the active segments that are not part of initial contents, and the start function.
//!
//! An instance is initialised whole before the next one is, so that each may rely on those before it.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasmelt_module::{
    BoundFunction, DataIndex, ElementIndex, InitStep, InstanceIndex, ProgramConst, ProgramTable, SegmentMode,
};

use super::objects;
use crate::{
    TableStorage,
    abi::Helper,
    addressing, bounds,
    cells::{self, CellKind},
    direct_call,
    emitter::Emitter,
    plan,
};

/// Initialises `instance`.
pub(super) fn initialize(e: &mut Emitter<'_>, instance: InstanceIndex) {
    fill_tables(e, instance);
    for &step in &e.plan.program.init {
        match step {
            InitStep::Objects(of) if of == instance => objects::make(e, instance),
            InitStep::Elements(of) if of == instance => copy_elements(e, instance),
            InitStep::Data(of) if of == instance => copy_data(e, instance),
            InitStep::Start(of) if of == instance => call_start(e, instance),
            InitStep::Initialize(of, function) if of == instance => {
                direct_call::call(e, instance, BoundFunction::Wasm(function), &[]);
            }
            InitStep::Objects(_)
            | InitStep::Elements(_)
            | InitStep::Data(_)
            | InitStep::Start(_)
            | InitStep::Initialize(..) => {}
        }
    }
}

/// Fills the tables of `instance` that start in zeroed memory and have an initial value other than null.
fn fill_tables(e: &mut Emitter<'_>, instance: InstanceIndex) {
    for table in e.plan.program.tables().filter(|table| table.instance == instance) {
        let place = *e.plan.table(table);
        let init = &e.plan.program.module(instance).tables[table.table.index()].init;
        let (TableStorage::Fixed(_), Some(init)) = (place.storage, init) else { continue };
        let reference = e.plan.program.evaluate(instance, init);
        if reference == ProgramConst::Dynamic {
            continue;
        }
        let reference = addressing::constant(e, instance, reference);
        let cell = cells::address_of(e, CellKind::of_width(place.cell_bytes), reference);
        let base = addressing::table_base(e, table);
        let (count, cell_bytes) = (e.iconst(place.initial), e.iconst(place.cell_bytes));
        e.call_helper(Helper::TableFill, &[base, count, cell, cell_bytes]);
    }
}

/// Copies the active element segments that are not folded, in order.
fn copy_elements(e: &mut Emitter<'_>, instance: InstanceIndex) {
    let mut active = 0;
    for (at, segment) in e.plan.program.module(instance).elements.iter().enumerate() {
        let SegmentMode::Active { target, offset } = &segment.mode else { continue };
        let table = e.plan.program.table(instance, *target);
        let is_folded = table.instance == instance && active < e.plan.table(table).folded;
        active += 1;
        if is_folded {
            continue;
        }
        let start = plan::segment_start(e.plan.program, instance, offset);
        copy_element_segment(e, (instance, ElementIndex::at(at)), segment.items.len(), table, start);
    }
}

fn copy_element_segment(
    e: &mut Emitter<'_>,
    (instance, segment): (InstanceIndex, ElementIndex),
    length: usize,
    table: ProgramTable,
    start: u64,
) {
    let (start, length) = (index_constant(e, start), index_constant(e, length as u64));
    let to = bounds::table_range(e, table, start, length);
    let from = addressing::element_cells(e, instance, segment);
    let bytes = cells::bytes(e, table, length);
    e.call_helper(Helper::MemoryMove, &[to, from, bytes]);
}

/// Copies the active data segments that are not folded, in order.
fn copy_data(e: &mut Emitter<'_>, instance: InstanceIndex) {
    for (at, segment) in e.plan.program.module(instance).data.iter().enumerate() {
        let SegmentMode::Active { target, offset } = &segment.mode else { continue };
        let (segment_index, memory) = (DataIndex::at(at), e.plan.program.memory(instance, *target));
        let folded = &e.plan.memory(memory).folded;
        if memory.instance == instance && folded.binary_search(&segment_index).is_ok() {
            continue;
        }
        let start = plan::segment_start(e.plan.program, instance, offset);
        let (start, length) = (index_constant(e, start), index_constant(e, segment.range.len() as u64));
        let to = bounds::memory_range(e, memory, start, length);
        let from = addressing::data_bytes(e, instance, segment_index);
        let bytes = e.widen(length);
        e.call_helper(Helper::MemoryMove, &[to, from, bytes]);
    }
}

fn call_start(e: &mut Emitter<'_>, instance: InstanceIndex) {
    if let Some(start) = e.plan.program.module(instance).start {
        let start = e.plan.program.function(instance, start);
        direct_call::call(e, instance, start, &[]);
    }
}

/// A constant of 32 bits if that is enough, else of 64: an offset into a table or memory, or the length of a segment.
fn index_constant(e: &mut Emitter<'_>, value: u64) -> Value {
    match u32::try_from(value) {
        Ok(value) => e.ins().iconst(types::I32, i64::from(value)),
        Err(_) => e.iconst(value),
    }
}
