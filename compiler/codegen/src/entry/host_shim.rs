//! A host function in the calling convention of WebAssembly functions, for an instance that takes a reference to it.

use cranelift_codegen::ir::{InstBuilder, Signature};
use cranelift_codegen::isa::CallConv;
use wasmelt_abi::HostFunction;
use wasmelt_module::{BoundFunction, InstanceIndex};

use crate::{abi, direct_call, emitter::Emitter, plan::Plan};

/// The host function with this symbol.
pub(super) fn host(plan: &Plan<'_>, symbol: &str) -> &'static HostFunction {
    let host = plan.program.host_functions().find(|host| host.symbol == symbol);
    host.expect("invariant: references are taken of imported host functions only")
}

/// That of the host function, without the memory.
pub(super) fn signature(host: &HostFunction) -> Signature {
    let mut signature = abi::host_signature(host, CallConv::Tail);
    signature.params.remove(0);
    signature
}

/// Passes its arguments on, with the memory of `instance` in front.
pub(super) fn build(e: &mut Emitter<'_>, instance: InstanceIndex, symbol: &str) {
    let arguments = e.open();
    let host = host(e.plan, symbol);
    let call = direct_call::call(e, instance, BoundFunction::Host(host), &arguments);
    let results = e.results(call);
    e.ins().return_(&results);
}
