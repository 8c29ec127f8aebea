//! Memory accesses and sizes (WebAssembly core specification, section 4.4.7 "Memory Instructions").
//!
//! An access traps if any of its bytes lies outside of the memory; [`bounds`](crate::bounds) says how that is found out.
//!
//! ```text
//! t.load     v = load t at base + index + offset
//! t.store    store v at base + index + offset
//! ```

use cranelift_codegen::ir::{InstBuilder, Opcode, Type};
use wasmelt_module::MemoryIndex;
use wasmparser::MemArg;

use crate::{MemoryBounds, abi::Helper, access, addressing, function::Translator};

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
    let page_log2 = t.emitter.plan.memory(memory).page_size_log2;
    let pages = if page_log2 == 0 { bytes } else { t.ins().ushr_imm_u(bytes, i64::from(page_log2)) };
    let is_64 = t.emitter.plan.program.memory_type(memory).memory64;
    let pages = t.emitter.size(pages, is_64);
    t.stack.push(pages);
}

/// `memory.grow`: `[pages] → [the size before in pages, or −1]`.
pub(crate) fn grow(t: &mut Translator<'_>, memory: u32) {
    let delta = t.stack.pop();
    let is_64 = t.emitter.is_64(delta);
    let delta = t.emitter.widen(delta);
    let memory = t.emitter.plan.program.memory(t.instance, MemoryIndex(memory));
    let state = addressing::memory_state(&mut t.emitter, memory);
    let helper = match t.emitter.plan.memory(memory).bounds {
        MemoryBounds::Guard => Helper::MemoryGrow,
        MemoryBounds::Explicit => Helper::MemoryExtend,
    };
    let call = t.emitter.call_helper(helper, &[state, delta]);
    let before = t.emitter.result(call);
    let before = t.emitter.size(before, is_64);
    t.stack.push(before);
}
