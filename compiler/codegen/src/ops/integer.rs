//! Integers (WebAssembly core specification, section 4.3.2 "Integer Operations").
//!
//! All take and leave operands of the same type, but comparisons leave an i32. Division and remainder trap on a divisor of
//! 0, signed division also if the quotient does not fit (−2ⁿ⁻¹ / −1); Cranelift's instructions do so themselves. Shifts
//! take their count modulo the width, as Cranelift's do.

use cranelift_codegen::ir::{InstBuilder, Opcode, Type, condcodes::IntCC, types};

use crate::function::Translator;

/// `i32.const`: `[] → [value]`.
pub(crate) fn i32_const(t: &mut Translator<'_>, value: i32) {
    // An immediate of a narrower type is zero-extended.
    let value = t.ins().iconst(types::I32, i64::from(value.cast_unsigned()));
    t.stack.push(value);
}

/// `i64.const`: `[] → [value]`.
pub(crate) fn i64_const(t: &mut Translator<'_>, value: i64) {
    let value = t.ins().iconst(types::I64, value);
    t.stack.push(value);
}

/// `[a] → [1 if a is 0, else 0]`.
pub(crate) fn eqz(t: &mut Translator<'_>) {
    let a = t.stack.pop();
    let holds = t.ins().icmp_imm_u(IntCC::Equal, a, 0);
    let holds = t.ins().uextend(types::I32, holds);
    t.stack.push(holds);
}

/// `[a, b] → [1 if a and b compare so, else 0]`.
pub(crate) fn compare(t: &mut Translator<'_>, condition: IntCC) {
    let (a, b) = t.stack.pop2();
    let holds = t.ins().icmp(condition, a, b);
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

/// `extend8_s`, `extend16_s`, `extend32_s`: `[a] → [the low bits of a as wide as from, sign-extended to to]`.
pub(crate) fn extend(t: &mut Translator<'_>, from: Type, to: Type) {
    let a = t.stack.pop();
    let low = t.ins().ireduce(from, a);
    let extended = t.ins().sextend(to, low);
    t.stack.push(extended);
}
