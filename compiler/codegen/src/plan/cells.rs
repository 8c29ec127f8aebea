//! Function cells: which functions a reference can be taken of.

use std::collections::BTreeSet;

use wasmelt_module::{
    BoundFunction, ConstExpr, ConstOp, ConstValue, FunctionIndex, InstanceIndex, Module, Program, ProgramConst,
};

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
        let listed = module.elements.iter().flat_map(|segment| segment.items.functions());
        listed.for_each(|&function| add(program.function(instance, function)));
        for expression in constant_expressions(module) {
            functions_in(expression).for_each(|function| add(program.function(instance, function)));
            // It may come from another instance's global.
            if let ProgramConst::Function(function) = program.evaluate(instance, expression) {
                add(function);
            }
        }
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

/// All constant expressions of `module` whose values can be references.
fn constant_expressions(module: &Module) -> impl Iterator<Item = &ConstExpr> {
    let items = module.elements.iter().flat_map(|segment| segment.items.expressions());
    let tables = module.tables.iter().filter_map(|table| table.init.as_ref());
    let globals = module.globals.iter().filter_map(|global| global.init.as_ref());
    items.chain(tables).chain(globals)
}

/// The functions that `expression` refers to, also those that become parts of objects.
fn functions_in(expression: &ConstExpr) -> impl Iterator<Item = FunctionIndex> {
    expression.ops.iter().filter_map(|op| match op {
        ConstOp::Value(ConstValue::Function(function)) => Some(*function),
        _ => None,
    })
}
