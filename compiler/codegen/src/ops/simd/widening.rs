//! Integer arithmetic in lanes of twice the operands' width, where it does not overflow, but for `dot` on four times −2¹⁵,
//! which wraps.

use cranelift_codegen::ir::{InstBuilder, Opcode, Type, types};

use crate::function::Translator;

/// `extmul_low`, `extmul_high`: `[a, b] → [the products of half the lanes, widened as opcode does]`.
pub(crate) fn multiply(t: &mut Translator<'_>, lanes: Type, widen: Opcode) {
    let (a, b) = t.pop2_lanes(lanes);
    let (a, b) = (t.unary(widen, lanes, a), t.unary(widen, lanes, b));
    let product = t.ins().imul(a, b);
    t.push_lanes(product);
}

/// `extadd_pairwise`: `[a] → [the sums of neighbouring lanes, the low and the high half widened as these opcodes do]`.
pub(crate) fn add_pairwise(t: &mut Translator<'_>, lanes: Type, low: Opcode, high: Opcode) {
    let a = t.pop_lanes(lanes);
    let (low, high) = (t.unary(low, lanes, a), t.unary(high, lanes, a));
    let sums = t.ins().iadd_pairwise(low, high);
    t.push_lanes(sums);
}

/// `i32x4.dot_i16x8_s`: `[a, b] → [the sums of the products of neighbouring lanes]`.
pub(crate) fn dot(t: &mut Translator<'_>) {
    let (a, b) = t.pop2_lanes(types::I16X8);
    let (a_low, b_low) = (t.ins().swiden_low(a), t.ins().swiden_low(b));
    let low = t.ins().imul(a_low, b_low);
    let (a_high, b_high) = (t.ins().swiden_high(a), t.ins().swiden_high(b));
    let high = t.ins().imul(a_high, b_high);
    let sums = t.ins().iadd_pairwise(low, high);
    t.push_lanes(sums);
}
