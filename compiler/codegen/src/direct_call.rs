//! Calls of functions that are known: of another function of the program, or of the host.

use cranelift_codegen::ir::{Block, Inst, InstBuilder, Value};
use wasmelt_module::{BoundFunction, InstanceIndex, ProgramFunction};

use crate::{FunctionKind, SymbolRef, abi, addressing, emitter::Emitter};

/// Calls `callee` with `arguments`, on behalf of `caller`: host functions work on the caller's memory.
pub(crate) fn call(e: &mut Emitter<'_>, caller: InstanceIndex, callee: BoundFunction, arguments: &[Value]) -> Inst {
    match callee {
        BoundFunction::Wasm(function) => {
            let symbol = SymbolRef::Function(FunctionKind::Wasm(function));
            let ty = e.plan.function_type(function);
            e.call(symbol, || abi::wasm_signature(ty), arguments)
        }
        BoundFunction::Host(host) => {
            let memory = addressing::caller_memory(e, caller);
            let arguments: Vec<_> = std::iter::once(memory).chain(arguments.iter().copied()).collect();
            let c = abi::extern_c(e.isa);
            e.call(SymbolRef::Runtime(host.symbol), || abi::host_signature(host, c), &arguments)
        }
    }
}

/// Calls `callee`, whose exceptions go to `handler`; the results.
pub(crate) fn try_call(
    e: &mut Emitter<'_>,
    callee: ProgramFunction,
    arguments: &[Value],
    handler: Block,
) -> Vec<Value> {
    let symbol = SymbolRef::Function(FunctionKind::Wasm(callee));
    let ty = e.plan.function_type(callee);
    e.try_call(symbol, || abi::wasm_signature(ty), arguments, handler)
}

/// Calls `callee` as [`call`] does, in place of the function under construction.
pub(crate) fn return_call(e: &mut Emitter<'_>, caller: InstanceIndex, callee: BoundFunction, arguments: &[Value]) {
    match callee {
        BoundFunction::Wasm(function) => {
            let symbol = SymbolRef::Function(FunctionKind::Wasm(function));
            let ty = e.plan.function_type(function);
            e.return_call(symbol, || abi::wasm_signature(ty), arguments);
        }
        BoundFunction::Host(_) => {
            let call = call(e, caller, callee, arguments);
            let results = e.results(call);
            e.ins().return_(&results);
        }
    }
}
