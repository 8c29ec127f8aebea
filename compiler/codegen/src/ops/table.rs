//! Tables (WebAssembly core specification, section 4.4.6 "Table Instructions").
//!
//! `table.get` and `table.set` trap if there is no such element; `table.fill`, `table.copy` and `table.init` if any lies
//! outside of its table or segment, and then they change nothing. [`cells`] says how references lie in tables.

use wasmelt_module::{ElementIndex, ProgramTable, TableIndex, ValType};

use crate::{
    abi::Helper,
    addressing, bounds,
    cells::{self, CellKind},
    function::Translator,
};

/// `table.get`: `[index] → [reference]`.
pub(crate) fn get(t: &mut Translator<'_>, table: u32) {
    let index = t.stack.pop();
    let ty = t.module.tables[TableIndex(table).index()].ty.element_type;
    let (table, kind) = resolve(t, table);
    let cell = bounds::table_cell(&mut t.emitter, table, index);
    let reference = cells::load(&mut t.emitter, kind, cell);
    t.push(reference, ValType::Ref(ty));
}

/// `table.set`: `[index, reference] → []`.
pub(crate) fn set(t: &mut Translator<'_>, table: u32) {
    let (index, reference) = t.stack.pop2();
    let (table, kind) = resolve(t, table);
    let cell = bounds::table_cell(&mut t.emitter, table, index);
    cells::store(&mut t.emitter, kind, cell, reference);
}

/// `table.size`: `[] → [the size in elements]`.
pub(crate) fn size(t: &mut Translator<'_>, table: u32) {
    let (table, _) = resolve(t, table);
    let length = addressing::table_length(&mut t.emitter, table);
    let is_64 = t.emitter.plan.program.table_type(table).table64;
    let length = t.emitter.size(length, is_64);
    t.stack.push(length);
}

/// `table.grow`: `[reference, elements] → [the size before in elements, or −1]`.
pub(crate) fn grow(t: &mut Translator<'_>, table: u32) {
    let (reference, delta) = t.stack.pop2();
    let (table, kind) = resolve(t, table);
    let e = &mut t.emitter;
    let cell = cells::address_of(e, kind, reference);
    let is_64 = e.is_64(delta);
    let delta = e.widen(delta);
    let state = addressing::table_state(e, table).expect("invariant: a table that `table.grow` names can grow");
    let call = e.call_helper(Helper::TableGrow, &[state, delta, cell]);
    let before = e.result(call);
    let before = e.size(before, is_64);
    t.stack.push(before);
}

/// `table.fill`: `[to, reference, length] → []`.
pub(crate) fn fill(t: &mut Translator<'_>, table: u32) {
    let (to, reference, length) = t.stack.pop3();
    let (table, kind) = resolve(t, table);
    let e = &mut t.emitter;
    let to = bounds::table_range(e, table, to, length);
    let cell = cells::address_of(e, kind, reference);
    let length = e.widen(length);
    let cell_bytes = e.iconst(e.plan.table(table).cell_bytes);
    e.call_helper(Helper::TableFill, &[to, length, cell, cell_bytes]);
}

/// `table.copy`: `[to, from, length] → []`.
pub(crate) fn copy(t: &mut Translator<'_>, to_table: u32, from_table: u32) {
    let (to, from, length) = t.stack.pop3();
    let (to_table, _) = resolve(t, to_table);
    let (from_table, _) = resolve(t, from_table);
    let e = &mut t.emitter;
    let from = bounds::table_range(e, from_table, from, length);
    let to = bounds::table_range(e, to_table, to, length);
    let bytes = cells::bytes(e, to_table, length);
    e.call_helper(Helper::MemoryMove, &[to, from, bytes]);
}

/// `table.init`: `[to, from, length] → []`; from an element segment.
pub(crate) fn init(t: &mut Translator<'_>, segment: u32, table: u32) {
    let (to, from, length) = t.stack.pop3();
    let (table, _) = resolve(t, table);
    let e = &mut t.emitter;
    let segment = (t.instance, ElementIndex(segment));
    let from = bounds::element_range(e, segment, e.plan.table(table).cell_bytes, from, length);
    let to = bounds::table_range(e, table, to, length);
    let bytes = cells::bytes(e, table, length);
    e.call_helper(Helper::MemoryMove, &[to, from, bytes]);
}

/// `elem.drop`: `[] → []`.
pub(crate) fn elem_drop(t: &mut Translator<'_>, segment: u32) {
    addressing::drop_elements(&mut t.emitter, t.instance, ElementIndex(segment));
}

/// The table that `table` is, and what its cells hold.
fn resolve(t: &Translator<'_>, table: u32) -> (ProgramTable, CellKind) {
    let table = t.emitter.plan.program.table(t.instance, TableIndex(table));
    (table, CellKind::of_width(t.emitter.plan.table(table).cell_bytes))
}
