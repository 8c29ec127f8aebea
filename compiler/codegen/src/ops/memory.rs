//! Memory accesses and sizes (WebAssembly core specification, section 4.4.7 "Memory Instructions").
//!
//! An access traps if any of its bytes lies outside of the memory; [`bounds`](crate::bounds) says why no check is needed.
//!
//! ```text
//! t.load     v = load t at base + index + offset
//! t.store    store v at base + index + offset
//! ```

use cranelift_codegen::ir::{InstBuilder, Opcode, Type, types};
use wasmelt_module::MemoryIndex;
use wasmparser::MemArg;

use crate::{abi::Helper, access, addressing, function::Translator};

/// Base-2 logarithm of the bytes of a page.
const PAGE_LOG2: i64 = 16;

/// `[index] → [what opcode loads there, as a value of type ty]`.
pub(crate) fn load(t: &mut Translator<'_>, argument: &MemArg, opcode: Opcode, ty: Type) {
    let value = access::load(t, argument, opcode, ty);
    t.stack.push(value);
}

/// `[index, value] → []`: `opcode` stores the value there.
pub(crate) fn store(t: &mut Translator<'_>, argument: &MemArg, opcode: Opcode) {
    let value = t.stack.pop();
    access::store(t, argument, opcode, value);
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
