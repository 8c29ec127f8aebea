//! 128-bit arithmetic on pairs of `i64` (wide-arithmetic proposal, "Execution"): `i64.add128`, `i64.sub128`,
//! `i64.mul_wide_s`, `i64.mul_wide_u`. The low half of a pair lies below the high half.
//!
//! ```text
//! add128, sub128        isplit(op(iconcat(low, high), iconcat(low, high)))
//! mul_wide_s, _u        imul, and smulhi or umulhi
//! ```

use cranelift_codegen::ir::{InstBuilder, Opcode, Value, types};

use crate::function::Translator;

/// `[low, high, low, high] → [low, high]`
pub(crate) fn binary(t: &mut Translator<'_>, opcode: Opcode) {
    let right = pop_pair(t);
    let left = pop_pair(t);
    let (inst, dfg) = t.ins().Binary(opcode, types::I128, left, right);
    let result = dfg.first_result(inst);
    let (low, high) = t.ins().isplit(result);
    t.stack.push(low);
    t.stack.push(high);
}

/// `[i64, i64] → [low, high]`; `high_half` computes the high half of the product.
pub(crate) fn multiply(t: &mut Translator<'_>, high_half: Opcode) {
    let (left, right) = t.stack.pop2();
    let low = t.ins().imul(left, right);
    let (inst, dfg) = t.ins().Binary(high_half, types::I64, left, right);
    let high = dfg.first_result(inst);
    t.stack.push(low);
    t.stack.push(high);
}

fn pop_pair(t: &mut Translator<'_>) -> Value {
    let (low, high) = t.stack.pop2();
    t.ins().iconcat(low, high)
}
