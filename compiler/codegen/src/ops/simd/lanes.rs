//! Vectors from constants and scalars, and single lanes.

use cranelift_codegen::ir::{InstBuilder, Type, types};

use crate::{function::Translator, vectors::V128};

/// `v128.const`: `[] → [the vector with these bytes]`.
pub(crate) fn constant(t: &mut Translator<'_>, bytes: [u8; 16]) {
    let value = t.emitter.vconst(V128, u128::from_le_bytes(bytes));
    t.stack.push(value);
}

/// `splat`: `[a] → [a in every lane]`. Lanes narrower than the scalar take its low bits.
pub(crate) fn splat(t: &mut Translator<'_>, lanes: Type) {
    let a = t.stack.pop();
    let a = match lanes.lane_type() {
        narrow @ (types::I8 | types::I16) => t.ins().ireduce(narrow, a),
        _ => a,
    };
    let vector = t.ins().splat(lanes, a);
    t.push_lanes(vector);
}

/// `extract_lane`: `[a] → [lane of a]`, of a type that scalars have.
pub(crate) fn extract(t: &mut Translator<'_>, lanes: Type, lane: u8) {
    let a = t.pop_lanes(lanes);
    let scalar = t.ins().extractlane(a, lane);
    t.stack.push(scalar);
}

/// `extract_lane_s`: `[a] → [lane of a, sign-extended]`.
pub(crate) fn extract_signed(t: &mut Translator<'_>, lanes: Type, lane: u8) {
    let a = t.pop_lanes(lanes);
    let scalar = t.ins().extractlane(a, lane);
    let scalar = t.ins().sextend(types::I32, scalar);
    t.stack.push(scalar);
}

/// `extract_lane_u`: `[a] → [lane of a, zero-extended]`.
pub(crate) fn extract_unsigned(t: &mut Translator<'_>, lanes: Type, lane: u8) {
    let a = t.pop_lanes(lanes);
    let scalar = t.ins().extractlane(a, lane);
    let scalar = t.ins().uextend(types::I32, scalar);
    t.stack.push(scalar);
}

/// `replace_lane`: `[a, b] → [a, but b in lane]`. Lanes narrower than the scalar take its low bits.
pub(crate) fn replace(t: &mut Translator<'_>, lanes: Type, lane: u8) {
    let b = t.stack.pop();
    let b = match lanes.lane_type() {
        narrow @ (types::I8 | types::I16) => t.ins().ireduce(narrow, b),
        _ => b,
    };
    let a = t.pop_lanes(lanes);
    let vector = t.ins().insertlane(a, b, lane);
    t.push_lanes(vector);
}
