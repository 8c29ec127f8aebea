//! Bits, whatever the lanes.

use cranelift_codegen::ir::{InstBuilder, Opcode};

use crate::{function::Translator, vectors::V128};

/// `v128.not`: `[a] → [¬a]`.
pub(crate) fn not(t: &mut Translator<'_>) {
    let a = t.stack.pop();
    let result = t.ins().bnot(a);
    t.stack.push(result);
}

/// `[a, b] → [opcode(a, b)]`.
pub(crate) fn binary(t: &mut Translator<'_>, opcode: Opcode) {
    let (a, b) = t.stack.pop2();
    let result = t.binary(opcode, V128, a, b);
    t.stack.push(result);
}

/// `v128.andnot`: `[a, b] → [a ∧ ¬b]`.
pub(crate) fn and_not(t: &mut Translator<'_>) {
    let (a, b) = t.stack.pop2();
    let result = t.ins().band_not(a, b);
    t.stack.push(result);
}

/// `v128.bitselect`: `[a, b, mask] → [the bits of a where mask has 1, else those of b]`.
pub(crate) fn select(t: &mut Translator<'_>) {
    // In the lanes of the mask: if a comparison made it, the code generator has a better instruction for it.
    let mask = t.stack.pop();
    let lanes = t.lanes_of(mask);
    let mask = t.as_lanes(mask, lanes);
    let (a, b) = t.pop2_lanes(lanes);
    let result = t.ins().bitselect(mask, a, b);
    t.push_lanes(result);
}
