//! Tables: constants where nothing writes them, else state, or an address of their own if they can grow or are large.

use std::collections::{BTreeMap, BTreeSet};

use wasmelt_abi::{FUNC_CELL_BYTES, REFERENCE_CELL_BYTES};
use wasmelt_module::{InstanceIndex, Module, Program, ProgramTable, RefType, TableIndex};
use wasmelt_targets::AddressSpace;

use super::{
    fold::{Folding, starts_with_objects},
    objects::holds_objects,
    state::StateSection,
};
use crate::{CompileError, TablePlace, TableStorage};

/// Bytes from which on a table that is mostly empty is not part of the executable's file.
const LARGE: u64 = 1 << 20;
/// Most cells that a table without a smaller maximum can grow to.
const MAXIMUM_CELLS: u64 = 1 << 20;
/// Alignment of a table's cells, and a divisor of all their sizes.
const ALIGNMENT: u64 = 16;

/// The tables that some instance can grow.
pub(super) fn grown(program: &Program) -> BTreeSet<ProgramTable> {
    tables_in_facts(program, |module| &module.facts.grown_tables)
}

/// Bytes of a cell of a table of `ty`, a type of the program.
pub fn cell_bytes(program: &Program, ty: RefType) -> u64 {
    let kind = program.types.abstract_type(ty.heap_type());
    if holds_objects(kind) { REFERENCE_CELL_BYTES } else { FUNC_CELL_BYTES }
}

/// The places of all tables, and the bytes used in the region of growable tables.
pub(super) fn places(
    program: &Program,
    grown: &BTreeSet<ProgramTable>,
    (folding, space): (&Folding, AddressSpace),
    state: &mut StateSection,
) -> Result<(BTreeMap<ProgramTable, TablePlace>, u64), CompileError> {
    let mut written = tables_in_facts(program, |module| &module.facts.written_tables);
    written.extend(folding.copied_to_tables());
    let mut region = Region::shared_by(grown.len(), space);

    let mut places = BTreeMap::new();
    for table in program.tables() {
        let ty = program.table_type(table);
        let cell_bytes = cell_bytes(program, ty.element_type);
        let (storage, maximum) = if grown.contains(&table) {
            region.reserve_growable(table, ty.initial, ty.maximum, cell_bytes)?
        } else if folding.is_sparse(program, table, LARGE / cell_bytes) || starts_with_objects(program, table) {
            (region.reserve(table, ty.initial, ty.initial, cell_bytes)?, ty.initial)
        } else if written.contains(&table) {
            (TableStorage::State(state.reserve(ty.initial.saturating_mul(cell_bytes), ALIGNMENT)), ty.initial)
        } else {
            (TableStorage::Constant, ty.initial)
        };
        let place = TablePlace {
            storage,
            state: grown.contains(&table).then(|| state.reserve_table_state()),
            initial: ty.initial,
            maximum,
            cell_bytes,
            folded: if matches!(storage, TableStorage::Fixed(_)) { 0 } else { folding.elements(table.instance) },
        };
        places.insert(table, place);
    }
    Ok((places, region.used))
}

fn tables_in_facts(program: &Program, tables: fn(&Module) -> &BTreeSet<TableIndex>) -> BTreeSet<ProgramTable> {
    let of_instance = |instance: InstanceIndex| {
        tables(program.module(instance)).iter().map(move |&table| program.table(instance, table))
    };
    program.instance_indices().flat_map(of_instance).collect()
}

/// The region of growable tables, as far as it is used.
struct Region {
    /// Its address.
    start: u64,
    used: u64,
    /// Bytes that a growable table gets at most, unless its initial size is larger.
    share: u64,
}

impl Region {
    /// Half of the region is for the growth of `growable` tables, the other half for what tables have at first.
    fn shared_by(growable: usize, space: AddressSpace) -> Region {
        // Lossless: usize to u64.
        let share = AddressSpace::GROWABLE_TABLES_SIZE / 2 / (growable.max(1) as u64);
        Region { start: space.growable_tables(), used: 0, share: share & !(ALIGNMENT - 1) }
    }

    /// Space for a table that starts with `initial` cells, and how many it can grow to.
    fn reserve_growable(
        &mut self,
        table: ProgramTable,
        initial: u64,
        maximum: Option<u64>,
        cell_bytes: u64,
    ) -> Result<(TableStorage, u64), CompileError> {
        let fair = MAXIMUM_CELLS.min(self.share / cell_bytes);
        let maximum = maximum.unwrap_or(fair).min(fair).max(initial);
        Ok((self.reserve(table, initial, maximum, cell_bytes)?, maximum))
    }

    /// Space for `cells` cells.
    fn reserve(
        &mut self,
        table: ProgramTable,
        initial: u64,
        cells: u64,
        cell_bytes: u64,
    ) -> Result<TableStorage, CompileError> {
        let too_large = CompileError::TableTooLarge { table, elements: initial };
        let bytes = cells.saturating_mul(cell_bytes).checked_next_multiple_of(ALIGNMENT);
        let end = bytes.and_then(|bytes| self.used.checked_add(bytes));
        let end = end.filter(|&end| end <= AddressSpace::GROWABLE_TABLES_SIZE).ok_or(too_large)?;
        let start = std::mem::replace(&mut self.used, end);
        Ok(TableStorage::Fixed(self.start + start))
    }
}
