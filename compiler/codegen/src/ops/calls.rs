//! Calls (WebAssembly core specification, section 4.4.8 "Control Instructions": `call`, `call_indirect`, `return_call`,
//! `return_call_indirect`; 4.4.10 "Function Calls").
//!
//! ```text
//! call             call f(arguments)                      f: a function of the program
//!                  call h(memory state, arguments)        h: a host function
//! call_indirect    cell = address of the table's cell     traps if there is none
//!                  brif cell.signature = expected, call, mismatch
//!            call: call_indirect cell.code(arguments)
//!        mismatch: trap                                   uninitialized element if null, else type mismatch
//! ```
//!
//! `return_call` and `return_call_indirect` are the same with `return_call` and `return_call_indirect` of CLIF, which give the
//! frame of the caller to the callee. Host functions have no such convention: they are called, and then it is returned.

use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};
use wasmelt_abi::NULL_SIGNATURE;
use wasmelt_module::{FuncType, FunctionIndex, TableIndex};

use crate::{abi::ADDRESS, bounds, cells, direct_call, function::Translator, handlers, traps};

/// `call`: `[arguments] → [results]`.
pub(crate) fn call(t: &mut Translator<'_>, function: u32) {
    let function = FunctionIndex(function);
    let count = t.module.function_type(function).params().len();
    let arguments = t.stack.pop_many(count);
    let callee = t.emitter.plan.program.function(t.instance, function);
    let results = handlers::call(t, callee, &arguments);
    t.stack.extend(results);
}

/// `return_call`: `[arguments] → ` the caller's results.
pub(crate) fn return_call(t: &mut Translator<'_>, function: u32) {
    let function = FunctionIndex(function);
    let count = t.module.function_type(function).params().len();
    let arguments = t.stack.pop_many(count);
    let callee = t.emitter.plan.program.function(t.instance, function);
    direct_call::return_call(&mut t.emitter, t.instance, callee, &arguments);
    t.stack.set_unreachable();
}

/// `call_indirect`: `[arguments, index] → [results]`; traps if the table has no such element, or one that is null or of
/// another type.
pub(crate) fn call_indirect(t: &mut Translator<'_>, ty: u32, table: u32) {
    let (ty, code, arguments) = indirect_callee(t, ty, table);
    let results = handlers::call_indirect(t, ty, code, &arguments);
    t.stack.extend(results);
}

/// `return_call_indirect`: `[arguments, index] → ` the caller's results; traps like `call_indirect`.
pub(crate) fn return_call_indirect(t: &mut Translator<'_>, ty: u32, table: u32) {
    let (ty, code, arguments) = indirect_callee(t, ty, table);
    t.emitter.return_call_indirect(ty, code, &arguments);
    t.stack.set_unreachable();
}

/// `[arguments, index] → []`: the type of the function in the table, the address of its code, and the arguments.
fn indirect_callee<'a>(t: &mut Translator<'a>, ty: u32, table: u32) -> (&'a FuncType, Value, Vec<Value>) {
    // Lossless: u32 to usize.
    let ty = &t.module.types[ty as usize];
    let index = t.stack.pop();
    let arguments = t.stack.pop_many(ty.params().len());

    let table = t.emitter.plan.program.table(t.instance, TableIndex(table));
    let (cell, flags) = bounds::table_cell(&mut t.emitter, table, index);
    let signature = t.ins().load(types::I32, flags, cell, cells::SIGNATURE);
    check_signature(t, signature, t.emitter.plan.signature(ty));
    let code = t.ins().load(ADDRESS, flags, cell, cells::CODE);
    (ty, code, arguments)
}

/// Traps unless `signature` is `expected`.
fn check_signature(t: &mut Translator<'_>, signature: Value, expected: u32) {
    let builder = &mut t.emitter.builder;
    let (matched, mismatched) = (builder.create_block(), builder.create_block());
    builder.set_cold_block(mismatched);

    let matches = builder.ins().icmp_imm_u(IntCC::Equal, signature, i64::from(expected));
    builder.ins().brif(matches, matched, &[], mismatched, &[]);
    builder.seal_block(matched);
    builder.seal_block(mismatched);

    builder.switch_to_block(mismatched);
    let not_null = builder.ins().icmp_imm_u(IntCC::NotEqual, signature, i64::from(NULL_SIGNATURE));
    builder.ins().trapz(not_null, traps::UNINITIALIZED_ELEMENT);
    builder.ins().trap(traps::INDIRECT_CALL_TYPE_MISMATCH);
    builder.switch_to_block(matched);
}
