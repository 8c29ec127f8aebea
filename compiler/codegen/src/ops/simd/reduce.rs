//! Vectors become scalars.

use cranelift_codegen::ir::{InstBuilder, Type, types};

use crate::function::Translator;

/// `v128.any_true`: `[a] → [1 if a has some bit that is 1, else 0]`.
pub(crate) fn any_true(t: &mut Translator<'_>) {
    let a = t.stack.pop();
    let holds = t.ins().vany_true(a);
    let holds = t.ins().uextend(types::I32, holds);
    t.stack.push(holds);
}

/// `all_true`: `[a] → [1 if no lane of a is 0, else 0]`.
pub(crate) fn all_true(t: &mut Translator<'_>, lanes: Type) {
    let a = t.pop_lanes(lanes);
    let holds = t.ins().vall_true(a);
    let holds = t.ins().uextend(types::I32, holds);
    t.stack.push(holds);
}

/// `bitmask`: `[a] → [the highest bits of the lanes of a, that of lane 0 lowest]`.
pub(crate) fn bitmask(t: &mut Translator<'_>, lanes: Type) {
    let a = t.pop_lanes(lanes);
    let bits = t.ins().vhigh_bits(types::I32, a);
    t.stack.push(bits);
}
