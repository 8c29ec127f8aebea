//! Bytes from anywhere.

use cranelift_codegen::ir::{ConstantData, InstBuilder};

use crate::function::Translator;

/// `i8x16.shuffle`: `[a, b] → [the bytes with these numbers]`, where 0 to 15 are those of a and 16 to 31 those of b.
pub(crate) fn shuffle(t: &mut Translator<'_>, lanes: [u8; 16]) {
    let (a, b) = t.stack.pop2();
    let lanes = t.emitter.builder.func.dfg.immediates.push(ConstantData::from(&lanes[..]));
    let result = t.ins().shuffle(a, b, lanes);
    t.stack.push(result);
}

/// `i8x16.swizzle`: `[a, b] → [for each byte of b the byte of a with that number, or 0 if there is none]`.
pub(crate) fn swizzle(t: &mut Translator<'_>) {
    let (a, b) = t.stack.pop2();
    let result = t.ins().swizzle(a, b);
    t.stack.push(result);
}
