//! Functions that stand in no module: how the runtime gets into the program, and how the program reaches the host through
//! a reference.

mod host_shim;
mod initialization;
mod main;
mod objects;
mod trampoline;

use std::collections::BTreeSet;

use cranelift_codegen::{ir::Signature, isa::TargetIsa};
use wasmelt_module::{BoundFunction, Entry, ExternIndex, Program};

use crate::{CellTarget, FunctionKind, Layout, abi, emitter::Emitter, plan::Plan};

/// All functions of the program, in the order in which their code is to lie in the text.
pub(crate) fn functions(program: &Program, layout: &Layout) -> Vec<FunctionKind> {
    let mut kinds = Vec::new();
    if let Entry::Function(_) = program.entry {
        kinds.push(FunctionKind::Main);
    }
    kinds.extend(program.functions().map(FunctionKind::Wasm));
    kinds.extend(layout.func_cells.iter().filter_map(|target| match *target {
        CellTarget::Host(instance, symbol) => Some(FunctionKind::HostShim(instance, symbol)),
        CellTarget::Wasm(_) => None,
    }));
    if program.entry == Entry::Script {
        kinds.extend(script_functions(program));
    }
    kinds
}

/// What a test script can call: everything that is exported, and each instance's initialisation. Exported host functions
/// are left out, since there is nothing of the program's in them.
fn script_functions(program: &Program) -> BTreeSet<FunctionKind> {
    let mut kinds = BTreeSet::new();
    for instance in program.instance_indices() {
        kinds.insert(FunctionKind::Initializer(instance));
        for export in &program.module(instance).exports {
            match export.item {
                ExternIndex::Function(function) => {
                    if let BoundFunction::Wasm(function) = program.function(instance, function) {
                        kinds.insert(FunctionKind::Trampoline(function));
                    }
                }
                ExternIndex::Global(global) => {
                    kinds.insert(FunctionKind::GlobalReader(program.global(instance, global)));
                }
                ExternIndex::Table(_) | ExternIndex::Memory(_) | ExternIndex::Tag(_) => {}
            }
        }
    }
    kinds
}

/// The signature of `kind`.
pub(crate) fn signature(plan: &Plan<'_>, kind: FunctionKind, isa: &dyn TargetIsa) -> Signature {
    match kind {
        FunctionKind::Wasm(function) => abi::wasm_signature(plan.function_type(function)),
        FunctionKind::HostShim(_, symbol) => host_shim::signature(host_shim::host(plan, symbol)),
        FunctionKind::Main => abi::main_signature(abi::extern_c(isa)),
        FunctionKind::Trampoline(_) | FunctionKind::GlobalReader(_) | FunctionKind::Initializer(_) => {
            abi::slots_signature(abi::extern_c(isa))
        }
    }
}

/// Builds `kind`, which is not [`FunctionKind::Wasm`].
pub(crate) fn build(e: &mut Emitter<'_>, kind: FunctionKind) {
    match kind {
        FunctionKind::Wasm(_) => unreachable!("invariant: functions of modules are translated from their bodies"),
        FunctionKind::HostShim(instance, symbol) => host_shim::build(e, instance, symbol),
        FunctionKind::Main => main::build(e),
        FunctionKind::Trampoline(function) => trampoline::function(e, function),
        FunctionKind::GlobalReader(global) => trampoline::global(e, global),
        FunctionKind::Initializer(instance) => trampoline::initializer(e, instance),
    }
}
