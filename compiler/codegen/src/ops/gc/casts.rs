//! Casts, without those that branch (WebAssembly core specification, section 4.4.2 "Reference Instructions", `ref.test`,
//! `ref.cast`, `any.convert_extern`, `extern.convert_any`).

use cranelift_codegen::ir::{InstBuilder, types};
use wasmelt_module::HeapType;

use crate::{
    casts::{self, Target},
    function::Translator,
    traps,
};

/// `ref.test`: `[reference] → [1 if it has the type, else 0]`.
pub(crate) fn test(t: &mut Translator<'_>, ty: HeapType, nullable: bool) {
    let reference = t.stack.pop();
    let target = Target::of(t, ty, nullable);
    let holds = casts::test(&mut t.emitter, reference, target);
    let holds = t.ins().uextend(types::I32, holds);
    t.stack.push(holds);
}

/// `ref.cast`: `[reference] → [the same]`; traps if it does not have the type.
pub(crate) fn cast(t: &mut Translator<'_>, ty: HeapType, nullable: bool) {
    let reference = t.stack.top(1)[0];
    let target = Target::of(t, ty, nullable);
    let holds = casts::test(&mut t.emitter, reference, target);
    t.ins().trapz(holds, traps::CAST_FAILURE);
}
