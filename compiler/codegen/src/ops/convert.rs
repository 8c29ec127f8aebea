//! Conversions (WebAssembly core specification, section 4.3.4 "Conversions").
//!
//! `trunc` traps on NaN and if the result does not fit; Cranelift's instructions do so themselves. The others do not trap.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Opcode, Type};

use crate::function::Translator;

/// `[a] → [opcode(a), of type to]`.
pub(crate) fn convert(t: &mut Translator<'_>, opcode: Opcode, to: Type) {
    let a = t.stack.pop();
    let (inst, dfg) = t.ins().Unary(opcode, to, a);
    let result = dfg.first_result(inst);
    t.stack.push(result);
}

/// `[a] → [the same bits, as a value of type to]`.
pub(crate) fn reinterpret(t: &mut Translator<'_>, to: Type) {
    let a = t.stack.pop();
    let result = t.ins().bitcast(to, MemFlagsData::new(), a);
    t.stack.push(result);
}
