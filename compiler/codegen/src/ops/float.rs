//! Floats, except for rounding to integers (WebAssembly core specification, section 4.3.3 "Floating-Point Operations").
//! None of them traps.
//!
//! The bits of NaN results are those that the processor's instructions leave, which the specification allows.

use cranelift_codegen::ir::{InstBuilder, Opcode, condcodes::FloatCC, types};

use crate::function::Translator;

/// `f32.const`: `[] → [the float with these bits]`.
pub(crate) fn f32_const(t: &mut Translator<'_>, bits: u32) {
    let value = t.ins().f32const(f32::from_bits(bits));
    t.stack.push(value);
}

/// `f64.const`: `[] → [the float with these bits]`.
pub(crate) fn f64_const(t: &mut Translator<'_>, bits: u64) {
    let value = t.ins().f64const(f64::from_bits(bits));
    t.stack.push(value);
}

/// `[a, b] → [1 if a and b compare so, else 0]`.
pub(crate) fn compare(t: &mut Translator<'_>, condition: FloatCC) {
    let (a, b) = t.stack.pop2();
    let holds = t.ins().fcmp(condition, a, b);
    let holds = t.ins().uextend(types::I32, holds);
    t.stack.push(holds);
}

/// `[a] → [opcode(a)]`.
pub(crate) fn unary(t: &mut Translator<'_>, opcode: Opcode) {
    let a = t.stack.pop();
    let ty = t.emitter.builder.func.dfg.value_type(a);
    let (inst, dfg) = t.ins().Unary(opcode, ty, a);
    let result = dfg.first_result(inst);
    t.stack.push(result);
}

/// `[a, b] → [opcode(a, b)]`.
pub(crate) fn binary(t: &mut Translator<'_>, opcode: Opcode) {
    let (a, b) = t.stack.pop2();
    let ty = t.emitter.builder.func.dfg.value_type(a);
    let (inst, dfg) = t.ins().Binary(opcode, ty, a, b);
    let result = dfg.first_result(inst);
    t.stack.push(result);
}
