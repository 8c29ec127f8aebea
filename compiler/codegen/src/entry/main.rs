//! `wasmelt_main`: initialises all instances, in order, and calls the entry.

use cranelift_codegen::ir::InstBuilder;
use wasmelt_module::{BoundFunction, Entry};

use super::initialization;
use crate::{direct_call, emitter::Emitter};

/// Builds it.
pub(super) fn build(e: &mut Emitter<'_>) {
    e.open();
    for instance in e.plan.program.instance_indices() {
        initialization::initialize(e, instance);
    }
    if let Entry::Function(entry) = e.plan.program.entry {
        direct_call::call(e, entry.instance, BoundFunction::Wasm(entry), &[]);
    }
    e.ins().return_(&[]);
}
