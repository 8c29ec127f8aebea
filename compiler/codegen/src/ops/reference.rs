//! References (WebAssembly core specification, section 4.4.2 "Reference Instructions"), of whatever type.
//!
//! A reference to a function is the address of its cell in the program's array of function cells; `wasmelt_abi::heap` says
//! what any other is. Null is 0.

use cranelift_codegen::ir::{InstBuilder, condcodes::IntCC, types};
use wasmelt_module::FunctionIndex;

use crate::{addressing, function::Translator, traps};

/// `ref.null`: `[] → [null]`.
pub(crate) fn null(t: &mut Translator<'_>) {
    let null = t.emitter.iconst(0);
    t.stack.push(null);
}

/// `ref.is_null`: `[reference] → [1 if it is null, else 0]`.
pub(crate) fn is_null(t: &mut Translator<'_>) {
    let reference = t.stack.pop();
    let holds = t.ins().icmp_imm_u(IntCC::Equal, reference, 0);
    let holds = t.ins().uextend(types::I32, holds);
    t.stack.push(holds);
}

/// `ref.as_non_null`: `[reference] → [the same]`; traps if it is null.
pub(crate) fn as_non_null(t: &mut Translator<'_>) {
    let reference = t.stack.top(1)[0];
    t.ins().trapz(reference, traps::NULL_REFERENCE);
}

/// `ref.eq`: `[reference, reference] → [1 if they are equal, else 0]`.
pub(crate) fn eq(t: &mut Translator<'_>) {
    let (left, right) = t.stack.pop2();
    let holds = t.ins().icmp(IntCC::Equal, left, right);
    let holds = t.ins().uextend(types::I32, holds);
    t.stack.push(holds);
}

/// `ref.func`: `[] → [a reference to the function]`.
pub(crate) fn func(t: &mut Translator<'_>, function: u32) {
    let function = t.emitter.plan.program.function(t.instance, FunctionIndex(function));
    let reference = addressing::func_reference(&mut t.emitter, t.instance, function);
    t.stack.push(reference);
}
