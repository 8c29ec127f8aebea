//! Relaxed vectors (WebAssembly core specification, section 4.4.3 "Vector Instructions", the `relaxed_` operators): of the
//! results that the specification allows for operands out of the ordinary, the one that the target has an instruction for.
//!
//! Which one that is depends on the architecture and, for `madd` and `nmadd`, on whether the CPU level has fused
//! multiplication; it is the same for all operands and all places in a program.
//!
//! | operator | x86_64 | aarch64 |
//! |---|---|---|
//! | `swizzle`, an index from 16 to 127 | index modulo 16 | 0 |
//! | `trunc_s`, NaN or out of range | −2³¹ | saturates, NaN is 0 |
//! | `trunc_u`, NaN or out of range | saturates, NaN is 0 | saturates, NaN is 0 |
//! | `madd`, `nmadd` | rounded once with FMA (x86-64-v3), else twice | rounded once |
//! | `laneselect`, a mask lane neither all 0 nor all 1 | by its highest bit; `i16x8` by single bits | by single bits |
//! | `min`, `max`, NaN or zeros of different sign | the second operand | as `min` and `max` |
//! | `q15mulr_s`, −2¹⁵ twice | −2¹⁵ | 2¹⁵ − 1 |
//! | `dot`, a second operand below 0 | unsigned, and the sum saturates | signed |
//!
//! Programs that are to be deterministic have the results of the specification's deterministic profile, the first that it lists
//! for each operator: those of aarch64 in this table, but for `madd` and `nmadd`, which round twice. They are the results of
//! the operators without `relaxed_`.

use cranelift_codegen::ir::{InstBuilder, Opcode, Type, Value, condcodes::FloatCC, types};

use crate::{Determinism, function::Translator, isa};

/// `i8x16.relaxed_swizzle`: `[a, b] → [for each byte of b the byte of a with that number]`.
pub(crate) fn swizzle(t: &mut Translator<'_>) {
    let (a, b) = t.stack.pop2();
    let result = if has_x86_64_way(t) { t.ins().x86_pshufb(a, b) } else { t.ins().swizzle(a, b) };
    t.stack.push(result);
}

/// `i32x4.relaxed_trunc_f32x4_s`: `[a] → [the lanes of a, truncated]`.
pub(crate) fn truncate(t: &mut Translator<'_>) {
    let a = t.pop_lanes(types::F32X4);
    let result = t.unary(signed_truncation(t), types::I32X4, a);
    t.push_lanes(result);
}

/// `i32x4.relaxed_trunc_f64x2_s_zero`: `[a] → [the lanes of a truncated, then zeros]`.
pub(crate) fn truncate_low(t: &mut Translator<'_>) {
    let a = t.pop_lanes(types::F64X2);
    let wide = t.unary(signed_truncation(t), types::I64X2, a);
    let zero = t.emitter.vconst(types::I64X2, 0);
    let result = t.ins().snarrow(wide, zero);
    t.push_lanes(result);
}

/// `relaxed_madd`: `[a, b, c] → [a · b + c]`.
pub(crate) fn multiply_add(t: &mut Translator<'_>, lanes: Type) {
    let (a, b, c) = t.pop3_lanes(lanes);
    let result = fused_if_possible(t, a, b, c);
    t.push_lanes(result);
}

/// `relaxed_nmadd`: `[a, b, c] → [−(a · b) + c]`.
pub(crate) fn negated_multiply_add(t: &mut Translator<'_>, lanes: Type) {
    let (a, b, c) = t.pop3_lanes(lanes);
    let a = t.ins().fneg(a);
    let result = fused_if_possible(t, a, b, c);
    t.push_lanes(result);
}

/// `relaxed_laneselect`: `[a, b, mask] → [the lanes of a where mask is all 1, those of b where it is all 0]`.
pub(crate) fn select(t: &mut Translator<'_>, lanes: Type) {
    let (a, b, mask) = t.pop3_lanes(lanes);
    let result = if !is_deterministic(t) && t.emitter.isa.has_blendv_lowering(lanes) {
        t.ins().blendv(mask, a, b)
    } else {
        t.ins().bitselect(mask, a, b)
    };
    t.push_lanes(result);
}

/// `relaxed_min`: `[a, b] → [the lesser]`.
pub(crate) fn minimum(t: &mut Translator<'_>, lanes: Type) {
    let (a, b) = t.pop2_lanes(lanes);
    let result = if has_x86_64_way(t) {
        let less = t.ins().fcmp(FloatCC::LessThan, a, b);
        let less = t.as_lanes(less, lanes);
        t.ins().bitselect(less, a, b)
    } else {
        t.ins().fmin(a, b)
    };
    t.push_lanes(result);
}

/// `relaxed_max`: `[a, b] → [the greater]`.
pub(crate) fn maximum(t: &mut Translator<'_>, lanes: Type) {
    let (a, b) = t.pop2_lanes(lanes);
    let result = if has_x86_64_way(t) {
        let less = t.ins().fcmp(FloatCC::LessThan, b, a);
        let less = t.as_lanes(less, lanes);
        t.ins().bitselect(less, a, b)
    } else {
        t.ins().fmax(a, b)
    };
    t.push_lanes(result);
}

/// `i16x8.relaxed_q15mulr_s`: `[a, b] → [a · b · 2⁻¹⁵, rounded]`.
pub(crate) fn fixed_point_multiply(t: &mut Translator<'_>) {
    let (a, b) = t.pop2_lanes(types::I16X8);
    let result = if has_x86_64_way(t) { t.ins().x86_pmulhrsw(a, b) } else { t.ins().sqmul_round_sat(a, b) };
    t.push_lanes(result);
}

/// `i16x8.relaxed_dot_i8x16_i7x16_s`: `[a, b] → [the sums of the products of neighbouring lanes]`.
pub(crate) fn dot(t: &mut Translator<'_>) {
    let (a, b) = t.pop2_lanes(types::I8X16);
    let sums = pairwise_dot(t, a, b);
    t.push_lanes(sums);
}

/// `i32x4.relaxed_dot_i8x16_i7x16_add_s`: `[a, b, c] → [c plus the sums of the products of four neighbouring lanes]`.
pub(crate) fn dot_add(t: &mut Translator<'_>) {
    let c = t.pop_lanes(types::I32X4);
    let (a, b) = t.pop2_lanes(types::I8X16);
    let sums = pairwise_dot(t, a, b);
    let (low, high) = (t.ins().swiden_low(sums), t.ins().swiden_high(sums));
    let sums = t.ins().iadd_pairwise(low, high);
    let result = t.ins().iadd(sums, c);
    t.push_lanes(result);
}

/// The sums of the products of neighbouring bytes, of lanes of 16 bits.
fn pairwise_dot(t: &mut Translator<'_>, a: Value, b: Value) -> Value {
    if has_x86_64_way(t) {
        return t.ins().x86_pmaddubsw(a, b);
    }
    let (a_low, b_low) = (t.ins().swiden_low(a), t.ins().swiden_low(b));
    let low = t.ins().imul(a_low, b_low);
    let (a_high, b_high) = (t.ins().swiden_high(a), t.ins().swiden_high(b));
    let high = t.ins().imul(a_high, b_high);
    t.ins().iadd_pairwise(low, high)
}

/// `a` · `b` + `c`. Without an instruction for it, fusing would take a call for every lane.
fn fused_if_possible(t: &mut Translator<'_>, a: Value, b: Value, c: Value) -> Value {
    if !is_deterministic(t) && t.emitter.isa.has_native_fma() {
        return t.ins().fma(a, b, c);
    }
    let product = t.ins().fmul(a, b);
    t.ins().fadd(product, c)
}

fn signed_truncation(t: &Translator<'_>) -> Opcode {
    if has_x86_64_way(t) { Opcode::X86Cvtt2dq } else { Opcode::FcvtToSintSat }
}

/// Whether the operator may become what x86_64 has an instruction for, and the target is one.
fn has_x86_64_way(t: &Translator<'_>) -> bool {
    !is_deterministic(t) && isa::is_x86_64(t.emitter.isa)
}

fn is_deterministic(t: &Translator<'_>) -> bool {
    t.emitter.determinism == Determinism::Deterministic
}
