//! What test scripts call: `extern "C" fn(slots: *mut [u8; 16])`, with arguments in and results to the slots.

use cranelift_codegen::ir::{InstBuilder, Value};
use wasmelt_abi::SLOT_BYTES;
use wasmelt_module::{BoundFunction, InstanceIndex, ProgramFunction, ProgramGlobal, ValType};

use super::initialization;
use crate::{
    abi, addressing, casts, direct_call,
    emitter::Emitter,
    regions::{self, Region},
};

/// Calls `function`.
pub(super) fn function(e: &mut Emitter<'_>, function: ProgramFunction) {
    let slots = open(e);
    let flags = regions::flags(e, Region::Slots);
    let params = abi::value_types(e.plan.function_type(function).params());
    let arguments: Vec<_> =
        params.into_iter().zip(slot_offsets()).map(|(ty, offset)| e.ins().load(ty, flags, slots, offset)).collect();
    let call = direct_call::call(e, function.instance, BoundFunction::Wasm(function), &arguments);
    let results = e.results(call);
    let types = e.plan.function_type(function).results();
    finish(e, slots, &results, types);
}

/// Reads `global`.
pub(super) fn global(e: &mut Emitter<'_>, global: ProgramGlobal) {
    let slots = open(e);
    let value = addressing::global_get(e, global);
    finish(e, slots, &[value], &[e.plan.program.global_type(global).content_type]);
}

/// Initialises `instance`.
pub(super) fn initializer(e: &mut Emitter<'_>, instance: InstanceIndex) {
    let slots = open(e);
    initialization::initialize(e, instance);
    finish(e, slots, &[], &[]);
}

/// The address of the slots.
fn open(e: &mut Emitter<'_>) -> Value {
    e.open()[0]
}

/// Leaves `results`, of these types, in the slots and returns. Above a reference to an object goes what kind of object it is.
fn finish(e: &mut Emitter<'_>, slots: Value, results: &[Value], types: &[ValType]) {
    let flags = regions::flags(e, Region::Slots);
    for ((&result, &ty), offset) in results.iter().zip(types).zip(slot_offsets()) {
        e.ins().store(flags, result, slots, offset);
        if e.plan.is_traced(ty) {
            let kind = casts::object_kind(e, result);
            e.ins().store(flags, kind, slots, offset + 8);
        }
    }
    e.ins().return_(&[]);
}

fn slot_offsets() -> impl Iterator<Item = i32> {
    (0..).step_by(SLOT_BYTES)
}
