//! Conversions between lanes of different types.
//!
//! Truncation saturates, and makes NaN 0. Where there are half as many lanes in the operand as in the result, the upper half
//! of the result is 0; where there are twice as many, the upper half of the operand is ignored.

use cranelift_codegen::ir::{InstBuilder, Opcode, Type, types};

use crate::function::Translator;

/// As many lanes of the same width: `[a] → [opcode(a), of lanes to]`.
pub(crate) fn same_width(t: &mut Translator<'_>, opcode: Opcode, from: Type, to: Type) {
    let a = t.pop_lanes(from);
    let result = t.unary(opcode, to, a);
    t.push_lanes(result);
}

/// `f64x2.convert_low_i32x4`: `[a] → [the low lanes of a, widened as opcode does, converted to f64 as convert does]`.
pub(crate) fn low_to_f64(t: &mut Translator<'_>, widen: Opcode, convert: Opcode) {
    let a = t.pop_lanes(types::I32X4);
    let wide = t.unary(widen, types::I32X4, a);
    let result = t.unary(convert, types::F64X2, wide);
    t.push_lanes(result);
}

/// `i32x4.trunc_sat_f64x2_zero`: `[a] → [the lanes of a, truncated to i64 and saturated to i32, both as the opcodes do]`.
pub(crate) fn f64_to_low(t: &mut Translator<'_>, truncate: Opcode, narrow: Opcode) {
    let a = t.pop_lanes(types::F64X2);
    let wide = t.unary(truncate, types::I64X2, a);
    let zero = t.emitter.vconst(types::I64X2, 0);
    let result = t.binary(narrow, types::I64X2, wide, zero);
    t.push_lanes(result);
}

/// `f32x4.demote_f64x2_zero`: `[a] → [the lanes of a, rounded to f32]`.
pub(crate) fn demote(t: &mut Translator<'_>) {
    let a = t.pop_lanes(types::F64X2);
    let result = t.ins().fvdemote(a);
    t.push_lanes(result);
}

/// `f64x2.promote_low_f32x4`: `[a] → [the low lanes of a, as f64]`.
pub(crate) fn promote_low(t: &mut Translator<'_>) {
    let a = t.pop_lanes(types::F32X4);
    let result = t.ins().fvpromote_low(a);
    t.push_lanes(result);
}
