//! Calls (WebAssembly core specification, section 4.4.8 "Control Instructions": `call`, `call_indirect`, `return_call`,
//! `return_call_indirect`, `call_ref`, `return_call_ref`; 4.4.10 "Function Calls").
//!
//! ```text
//! call             call f(arguments)                      f: a function of the program
//!                  call h(memory state, arguments)        h: a host function
//! call_indirect    cell = address of the table's cell     traps if there is none
//!                  brif cell.signature = expected, call, mismatch
//!            call: call_indirect cell.code(arguments)
//!        mismatch: trap                                   uninitialized element if null, else type mismatch, unless the
//!                                                         expected type has subtypes and the cell's is one of them
//! call_ref         call_indirect function.code(arguments) traps if the function is null
//! ```
//!
//! `return_call`, `return_call_indirect` and `return_call_ref` are the same with `return_call` and `return_call_indirect` of
//! CLIF, which give the frame of the caller to the callee. Host functions have no such convention: they are called, and then
//! it is returned.

use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};
use wasmelt_abi::NULL_SIGNATURE;
use wasmelt_module::{FunctionIndex, TableIndex, TypeIndex};

use crate::{
    abi::ADDRESS,
    bounds,
    casts::{self, Concrete},
    cells, direct_call,
    function::Translator,
    handlers, traps,
};

/// `call`: `[arguments] → [results]`.
pub(crate) fn call(t: &mut Translator<'_>, function: u32) {
    let function = FunctionIndex(function);
    let ty = t.module.function_type(function);
    let arguments = t.stack.pop_many(ty.params().len());
    let callee = t.emitter.plan.program.function(t.instance, function);
    let results = handlers::call(t, callee, &arguments);
    t.push_all(&results, ty.results());
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
    let (code, arguments) = indirect_callee(t, ty, table);
    call_code(t, ty, code, &arguments);
}

/// `return_call_indirect`: `[arguments, index] → ` the caller's results; traps like `call_indirect`.
pub(crate) fn return_call_indirect(t: &mut Translator<'_>, ty: u32, table: u32) {
    let (code, arguments) = indirect_callee(t, ty, table);
    return_call_code(t, ty, code, &arguments);
}

/// `call_ref`: `[arguments, function] → [results]`; traps if the function is null.
pub(crate) fn call_ref(t: &mut Translator<'_>, ty: u32) {
    let (code, arguments) = referenced_callee(t, ty);
    call_code(t, ty, code, &arguments);
}

/// `return_call_ref`: `[arguments, function] → ` the caller's results; traps like `call_ref`.
pub(crate) fn return_call_ref(t: &mut Translator<'_>, ty: u32) {
    let (code, arguments) = referenced_callee(t, ty);
    return_call_code(t, ty, code, &arguments);
}

fn call_code(t: &mut Translator<'_>, ty: u32, code: Value, arguments: &[Value]) {
    let ty = TypeIndex(ty);
    let id = t.emitter.plan.program.type_id(t.instance, ty);
    let results = handlers::call_indirect(t, id, code, arguments);
    t.push_all(&results, t.module.func_type(ty).results());
}

fn return_call_code(t: &mut Translator<'_>, ty: u32, code: Value, arguments: &[Value]) {
    let id = t.emitter.plan.program.type_id(t.instance, TypeIndex(ty));
    t.emitter.return_call_indirect(id, code, arguments);
    t.stack.set_unreachable();
}

/// `[arguments, function] → []`: the address of the function's code, and the arguments.
fn referenced_callee(t: &mut Translator<'_>, ty: u32) -> (Value, Vec<Value>) {
    let function = t.stack.pop();
    let arguments = t.stack.pop_many(t.module.func_type(TypeIndex(ty)).params().len());
    (cells::code(&mut t.emitter, function), arguments)
}

/// `[arguments, index] → []`: the address of the code of the function in the table, and the arguments.
fn indirect_callee(t: &mut Translator<'_>, ty: u32, table: u32) -> (Value, Vec<Value>) {
    let ty = TypeIndex(ty);
    let index = t.stack.pop();
    let arguments = t.stack.pop_many(t.module.func_type(ty).params().len());

    let table = t.emitter.plan.program.table(t.instance, TableIndex(table));
    let (cell, flags) = bounds::table_cell(&mut t.emitter, table, index);
    let signature = t.ins().load(types::I32, flags, cell, cells::SIGNATURE);
    check_signature(t, signature, ty);
    let code = t.ins().load(ADDRESS, flags, cell, cells::CODE);
    (code, arguments)
}

/// Traps unless `signature` is `ty` or a subtype of it.
fn check_signature(t: &mut Translator<'_>, signature: Value, ty: TypeIndex) {
    let (expected, concrete) = (t.type_number(ty.0), Concrete::of(t, ty));
    let builder = &mut t.emitter.builder;
    let (matched, mismatched) = (builder.create_block(), builder.create_block());
    builder.set_cold_block(mismatched);

    let matches = builder.ins().icmp_imm_u(IntCC::Equal, signature, i64::from(expected));
    builder.ins().brif(matches, matched, &[], mismatched, &[]);
    builder.seal_block(mismatched);

    builder.switch_to_block(mismatched);
    let not_null = builder.ins().icmp_imm_u(IntCC::NotEqual, signature, i64::from(NULL_SIGNATURE));
    builder.ins().trapz(not_null, traps::UNINITIALIZED_ELEMENT);
    if casts::has_subtypes(&t.emitter, concrete) {
        let matches = casts::is_subtype(&mut t.emitter, signature, concrete);
        t.ins().trapz(matches, traps::INDIRECT_CALL_TYPE_MISMATCH);
        t.ins().jump(matched, &[]);
    } else {
        t.ins().trap(traps::INDIRECT_CALL_TYPE_MISMATCH);
    }
    t.emitter.builder.seal_block(matched);
    t.emitter.builder.switch_to_block(matched);
}
