//! Small integers (WebAssembly core specification, section 4.4.2 "Reference Instructions", `ref.i31`, `i31.get_*`).

use cranelift_codegen::ir::{InstBuilder, types};

use crate::{function::Translator, heap, traps};

/// `ref.i31`: `[i32] → [its low 31 bits as a reference]`.
pub(crate) fn new(t: &mut Translator<'_>) {
    let value = t.stack.pop();
    let reference = heap::small_integer(&mut t.emitter, value);
    t.stack.push(reference);
}

/// `i31.get_s` and `i31.get_u`: `[reference] → [its 31 bits, extended to i32]`; traps if it is null.
pub(crate) fn get(t: &mut Translator<'_>, signed: bool) {
    let reference = t.stack.pop();
    t.ins().trapz(reference, traps::NULL_REFERENCE);
    let bits = t.ins().ireduce(types::I32, reference);
    let value = match signed {
        true => t.ins().sshr_imm_u(bits, 1),
        false => t.ins().ushr_imm_u(bits, 1),
    };
    t.stack.push(value);
}
