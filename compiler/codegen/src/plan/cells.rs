//! Function cells: which functions a reference can be taken of.

use std::collections::BTreeSet;

use wasmelt_module::{BoundFunction, ElementItems, InstanceIndex, Program, ProgramConst};

use super::functions_in_globals;
use crate::CellTarget;

/// All functions of which some code, element segment, table or global of the program takes a reference; the cell of each
/// is at its position.
pub(super) fn targets(program: &Program) -> Vec<CellTarget> {
    let mut targets = BTreeSet::new();
    for instance in program.instance_indices() {
        let module = program.module(instance);
        let mut add = |function| {
            targets.insert(target(instance, function));
        };
        for &function in &module.facts.referenced_functions {
            add(program.function(instance, function));
        }
        for segment in &module.elements {
            match &segment.items {
                ElementItems::Functions(functions) => {
                    functions.iter().for_each(|&function| add(program.function(instance, function)));
                }
                ElementItems::Expressions(expressions) => {
                    expressions.iter().filter_map(|item| function(program.evaluate(instance, item))).for_each(&mut add);
                }
            }
        }
        let in_tables = module.tables.iter().filter_map(|table| table.init.as_ref());
        in_tables.filter_map(|init| function(program.evaluate(instance, init))).for_each(&mut add);
        functions_in_globals(program, instance).for_each(&mut add);
    }
    targets.into_iter().collect()
}

/// The cell of `function` as `instance` refers to it: a host function works on the memory of the instance that imports it,
/// so that each instance has its own.
pub(super) fn target(instance: InstanceIndex, function: BoundFunction) -> CellTarget {
    match function {
        BoundFunction::Wasm(function) => CellTarget::Wasm(function),
        BoundFunction::Host(host) => CellTarget::Host(instance, host.symbol),
    }
}

fn function(value: ProgramConst) -> Option<BoundFunction> {
    match value {
        ProgramConst::Function(function) => Some(function),
        _ => None,
    }
}
