//! Variables and operands (WebAssembly core specification, sections 4.4.4 "Parametric Instructions" and 4.4.5 "Variable
//! Instructions"). None of them traps.

use cranelift_codegen::ir::InstBuilder;
use wasmelt_module::{GlobalIndex, ValType};

use crate::{addressing, function::Translator};

/// `drop`: `[a] → []`.
pub(crate) fn drop(t: &mut Translator<'_>) {
    t.stack.pop();
}

/// `select`: `[a, b, condition] → [a if the condition is not 0, else b]`.
pub(crate) fn select(t: &mut Translator<'_>) {
    let (a, b, condition) = t.stack.pop3();
    let value = t.ins().select(condition, a, b);
    t.stack.push(value);
}

/// `select` with a type: the same.
pub(crate) fn typed_select(t: &mut Translator<'_>, ty: ValType) {
    let (a, b, condition) = t.stack.pop3();
    let value = t.ins().select(condition, a, b);
    t.push(value, ty);
}

/// `local.get`: `[] → [a]`.
pub(crate) fn local_get(t: &mut Translator<'_>, local: u32) {
    let local = t.local(local);
    let value = t.emitter.builder.use_var(local);
    t.stack.push(value);
}

/// `local.set`: `[a] → []`.
pub(crate) fn local_set(t: &mut Translator<'_>, local: u32) {
    let value = t.stack.pop();
    let local = t.local(local);
    t.emitter.builder.def_var(local, value);
}

/// `local.tee`: `[a] → [a]`.
pub(crate) fn local_tee(t: &mut Translator<'_>, local: u32) {
    let value = t.stack.top(1)[0];
    let local = t.local(local);
    t.emitter.builder.def_var(local, value);
}

/// `global.get`: `[] → [a]`.
pub(crate) fn global_get(t: &mut Translator<'_>, global: u32) {
    let global = t.emitter.plan.program.global(t.instance, GlobalIndex(global));
    let value = addressing::global_get(&mut t.emitter, global);
    t.stack.push(value);
}

/// `global.set`: `[a] → []`.
pub(crate) fn global_set(t: &mut Translator<'_>, global: u32) {
    let value = t.stack.pop();
    let global = t.emitter.plan.program.global(t.instance, GlobalIndex(global));
    addressing::global_set(&mut t.emitter, global, value);
}
