//! Rounding of floats to integers (WebAssembly core specification, section 4.3.3 "Floating-Point Operations": `fceil`,
//! `ffloor`, `ftrunc`, `fnearest`). None of them traps.
//!
//! Processors have instructions for them, but for x86-64-v1. There arithmetic does it. Let 2ᵖ be the float from which on
//! all floats are integers (p = 23 or 52). For 0 ≤ m < 2ᵖ the sum m + 2ᵖ has no bits for a fraction: the processor rounds
//! it to the nearest integer, the even one of two, and subtracting 2ᵖ again is exact. The other three are at most 1 away
//! from that integer. A result has the sign of its operand, even if it is 0.

use cranelift_codegen::ir::{InstBuilder, Opcode, Value, condcodes::FloatCC, types};

use crate::function::Translator;

/// `[a] → [the least integer that is not less than a]`.
pub(crate) fn ceil(t: &mut Translator<'_>) {
    round(t, Opcode::Ceil, |t, a| {
        let nearest = nearest_integer(t, a);
        let one = constant(t, a, 1.0, 1.0);
        let next = t.ins().fadd(nearest, one);
        let too_small = t.ins().fcmp(FloatCC::LessThan, nearest, a);
        t.ins().select(too_small, next, nearest)
    });
}

/// `[a] → [the greatest integer that is not greater than a]`.
pub(crate) fn floor(t: &mut Translator<'_>) {
    round(t, Opcode::Floor, greatest_integer);
}

/// `[a] → [a without its fraction]`.
pub(crate) fn trunc(t: &mut Translator<'_>) {
    round(t, Opcode::Trunc, |t, a| {
        let magnitude = t.ins().fabs(a);
        greatest_integer(t, magnitude)
    });
}

/// `[a] → [the integer nearest to a, the even one of two]`.
pub(crate) fn nearest(t: &mut Translator<'_>) {
    round(t, Opcode::Nearest, nearest_integer);
}

/// `[a] → [a, rounded]`: by `opcode` if the target has an instruction for it, else as `by_arithmetic` does for a magnitude
/// below 2ᵖ, but for the sign of the result.
fn round(t: &mut Translator<'_>, opcode: Opcode, by_arithmetic: fn(&mut Translator<'_>, Value) -> Value) {
    let a = t.stack.pop();
    if t.emitter.isa.has_round() {
        let ty = t.emitter.builder.func.dfg.value_type(a);
        let (inst, dfg) = t.ins().Unary(opcode, ty, a);
        let result = dfg.first_result(inst);
        return t.stack.push(result);
    }
    let rounded = by_arithmetic(t, a);
    let rounded = t.ins().fcopysign(rounded, a);
    // Everything else is an integer, infinite or NaN; adding 0 makes a signalling NaN quiet and changes none of the others.
    let zero = constant(t, a, 0.0, 0.0);
    let unchanged = t.ins().fadd(a, zero);
    let magnitude = t.ins().fabs(a);
    let limit = first_integer(t, a);
    let may_have_fraction = t.ins().fcmp(FloatCC::LessThan, magnitude, limit);
    let result = t.ins().select(may_have_fraction, rounded, unchanged);
    t.stack.push(result);
}

/// The integer nearest to `a`, whose magnitude is below 2ᵖ.
fn nearest_integer(t: &mut Translator<'_>, a: Value) -> Value {
    let magnitude = t.ins().fabs(a);
    let limit = first_integer(t, a);
    let sum = t.ins().fadd(magnitude, limit);
    let nearest = t.ins().fsub(sum, limit);
    t.ins().fcopysign(nearest, a)
}

/// The greatest integer that is not greater than `a`, whose magnitude is below 2ᵖ.
fn greatest_integer(t: &mut Translator<'_>, a: Value) -> Value {
    let nearest = nearest_integer(t, a);
    let one = constant(t, a, 1.0, 1.0);
    let previous = t.ins().fsub(nearest, one);
    let too_great = t.ins().fcmp(FloatCC::GreaterThan, nearest, a);
    t.ins().select(too_great, previous, nearest)
}

/// 2ᵖ, of the type of `a`.
fn first_integer(t: &mut Translator<'_>, a: Value) -> Value {
    constant(t, a, 8_388_608.0, 4_503_599_627_370_496.0)
}

/// One of two constants, of the type of `a`.
fn constant(t: &mut Translator<'_>, a: Value, narrow: f32, wide: f64) -> Value {
    match t.emitter.builder.func.dfg.value_type(a) {
        types::F32 => t.ins().f32const(narrow),
        _ => t.ins().f64const(wide),
    }
}
