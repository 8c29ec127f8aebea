//! Where references to objects lie that are always alive: globals, tables, and element segments.

use std::collections::BTreeMap;

use wasmelt_abi::{HeapState, REFERENCE_CELL_BYTES};
use wasmelt_module::{ElementIndex, InstanceIndex, Program, ProgramGlobal, ProgramTable, ValType};

use super::{fold, objects, state::StateSection, tables};
use crate::{GlobalPlace, HeapLayout, RootPlace, TablePlace, TableStorage, TagLayout};

/// The heap, without its roots.
pub(super) fn heap(program: &Program, tags: &[TagLayout], state: &mut StateSection) -> HeapLayout {
    let objects::Shapes { shapes, references } = objects::Shapes::of(program, tags);
    // Lossless: usize to u64.
    let state = state.reserve(size_of::<HeapState>() as u64, align_of::<HeapState>() as u64);
    HeapLayout { state, shapes, references, roots: Vec::new() }
}

/// Places for the cells of element segments some of which are made at instantiation.
pub(super) fn object_elements(
    program: &Program,
    state: &mut StateSection,
) -> BTreeMap<(InstanceIndex, ElementIndex), u64> {
    let mut places = BTreeMap::new();
    for instance in program.instance_indices() {
        for (at, segment) in program.module(instance).elements.iter().enumerate() {
            if fold::holds_objects(program, instance, segment) {
                let cell_bytes = tables::cell_bytes(program, program.reference_type(instance, segment.ty));
                // Lossless: usize to u64.
                let offset = state.reserve(segment.items.len() as u64 * cell_bytes, cell_bytes);
                places.insert((instance, ElementIndex::at(at)), offset);
            }
        }
    }
    places
}

/// All roots.
pub(super) fn roots(
    program: &Program,
    globals: &BTreeMap<ProgramGlobal, GlobalPlace>,
    tables: &BTreeMap<ProgramTable, TablePlace>,
    elements: &BTreeMap<(InstanceIndex, ElementIndex), u64>,
) -> Vec<RootPlace> {
    let globals = globals
        .iter()
        .filter(|&(&global, _)| objects::is_traced(&program.types, program.global_type(global).content_type));
    let tables = tables.iter().filter(|&(&table, place)| {
        let ty = ValType::Ref(program.table_type(table).element_type);
        // What is never written holds no objects.
        place.storage != TableStorage::Constant && objects::is_traced(&program.types, ty)
    });
    let elements = elements.iter().map(|(&(instance, segment), &offset)| {
        debug_assert_eq!(REFERENCE_CELL_BYTES, 8, "invariant: what holds objects has cells of references");
        // Lossless: usize to u64.
        let count = program.module(instance).element(segment).items.len() as u64;
        RootPlace::State { offset, count }
    });
    let globals = globals.map(|(_, place)| RootPlace::State { offset: place.offset, count: 1 });
    globals.chain(tables.map(|(&table, _)| RootPlace::Table(table))).chain(elements).collect()
}
