//! What happens to every lane by itself, in one instruction of Cranelift's: arithmetic, saturating or not, comparisons and
//! shifts.
//!
//! Saturation clamps to the lanes' range. The bits of NaN results are those that the processor's instructions leave, which
//! the specification allows.

use cranelift_codegen::ir::{
    InstBuilder, Opcode, Type,
    condcodes::{FloatCC, IntCC},
};

use crate::function::Translator;

/// `[a] → [opcode(a)]`.
pub(crate) fn unary(t: &mut Translator<'_>, lanes: Type, opcode: Opcode) {
    let a = t.pop_lanes(lanes);
    let result = t.unary(opcode, lanes, a);
    t.push_lanes(result);
}

/// `[a, b] → [opcode(a, b)]`.
pub(crate) fn binary(t: &mut Translator<'_>, lanes: Type, opcode: Opcode) {
    let (a, b) = t.pop2_lanes(lanes);
    let result = t.binary(opcode, lanes, a, b);
    t.push_lanes(result);
}

/// `[a, b] → [all bits 1 where the integers a and b compare so, all bits 0 elsewhere]`.
pub(crate) fn compare(t: &mut Translator<'_>, lanes: Type, condition: IntCC) {
    let (a, b) = t.pop2_lanes(lanes);
    let mask = t.ins().icmp(condition, a, b);
    t.push_lanes(mask);
}

/// `[a, b] → [all bits 1 where the floats a and b compare so, all bits 0 elsewhere]`.
pub(crate) fn compare_floats(t: &mut Translator<'_>, lanes: Type, condition: FloatCC) {
    let (a, b) = t.pop2_lanes(lanes);
    let mask = t.ins().fcmp(condition, a, b);
    t.push_lanes(mask);
}

/// `[a, count] → [opcode(a, count)]`: every lane is shifted by the i32 `count` modulo the lanes' width, which is what
/// Cranelift's instructions do.
pub(crate) fn shift(t: &mut Translator<'_>, lanes: Type, opcode: Opcode) {
    let count = t.stack.pop();
    let a = t.pop_lanes(lanes);
    let result = t.binary(opcode, lanes, a, count);
    t.push_lanes(result);
}
