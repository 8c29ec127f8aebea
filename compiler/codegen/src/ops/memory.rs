//! Memory accesses and sizes (WebAssembly core specification, section 4.4.7 "Memory Instructions").
//!
//! An access traps if any of its bytes lies outside of the memory; [`bounds`] says why no check is needed.
//!
//! ```text
//! t.load     v = load t at base + index + offset
//! t.store    store v at base + index + offset
//! ```

use cranelift_codegen::ir::{InstBuilder, Opcode, Type, types};
use wasmelt_module::MemoryIndex;
use wasmparser::{MemArg, MemArgTarget};

use crate::{
    abi::Helper,
    addressing,
    bounds::{self, MemoryAddress},
    function::Translator,
};

/// Base-2 logarithm of the bytes of a page.
const PAGE_LOG2: i64 = 16;

/// `[index] → [what opcode loads there, as a value of type ty]`.
pub(crate) fn load(t: &mut Translator<'_>, argument: &MemArg, opcode: Opcode, ty: Type) {
    let address = address(t, argument);
    let flags = t.emitter.builder.func.dfg.mem_flags.insert_unchecked(address.flags);
    let (inst, dfg) = t.ins().Load(opcode, ty, flags, address.displacement.into(), address.base);
    let value = dfg.first_result(inst);
    t.stack.push(value);
}

/// `[index, value] → []`: `opcode` stores the value there.
pub(crate) fn store(t: &mut Translator<'_>, argument: &MemArg, opcode: Opcode) {
    let value = t.stack.pop();
    let address = address(t, argument);
    let ty = t.emitter.builder.func.dfg.value_type(value);
    let flags = t.emitter.builder.func.dfg.mem_flags.insert_unchecked(address.flags);
    t.ins().Store(opcode, ty, flags, address.displacement.into(), value, address.base);
}

/// `memory.size`: `[] → [the size in pages]`.
pub(crate) fn size(t: &mut Translator<'_>, memory: u32) {
    let memory = t.emitter.plan.program.memory(t.instance, MemoryIndex(memory));
    let bytes = addressing::memory_length(&mut t.emitter, memory);
    let pages = t.ins().ushr_imm_u(bytes, PAGE_LOG2);
    let pages = t.ins().ireduce(types::I32, pages);
    t.stack.push(pages);
}

/// `memory.grow`: `[pages] → [the size before in pages, or −1]`.
pub(crate) fn grow(t: &mut Translator<'_>, memory: u32) {
    let delta = t.stack.pop();
    let delta = t.ins().uextend(types::I64, delta);
    let memory = t.emitter.plan.program.memory(t.instance, MemoryIndex(memory));
    let state = addressing::memory_state(&mut t.emitter, memory);
    let call = t.emitter.call_helper(Helper::MemoryGrow, &[state, delta]);
    let before = t.emitter.result(call);
    let before = t.ins().ireduce(types::I32, before);
    t.stack.push(before);
}

/// Pops an index; the address of the access.
fn address(t: &mut Translator<'_>, argument: &MemArg) -> MemoryAddress {
    let index = t.stack.pop();
    let MemArgTarget::Memory(memory) = argument.target else {
        unreachable!("invariant: modules with garbage collection are refused")
    };
    let memory = t.emitter.plan.program.memory(t.instance, MemoryIndex(memory));
    let offset = u32::try_from(argument.offset).expect("invariant: modules with 64-bit memories are refused");
    bounds::memory_access(&mut t.emitter, memory, index, offset)
}
