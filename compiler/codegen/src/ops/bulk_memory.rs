//! Bulk memory (WebAssembly core specification, section 4.4.7 "Memory Instructions": `memory.copy`, `memory.fill`,
//! `memory.init`, `data.drop`).
//!
//! All but `data.drop` trap if any byte lies outside of its memory or segment, and then change nothing:
//!
//! ```text
//! trap unless start + length ≤ size    for each range
//! call memmove or memset
//! ```

use wasmelt_module::{DataIndex, MemoryIndex};

use crate::{abi::Helper, addressing, bounds, function::Translator};

/// `memory.copy`: `[to, from, length] → []`.
pub(crate) fn copy(t: &mut Translator<'_>, to_memory: u32, from_memory: u32) {
    let (to, from, length) = t.stack.pop3();
    let to_memory = t.emitter.plan.program.memory(t.instance, MemoryIndex(to_memory));
    let from_memory = t.emitter.plan.program.memory(t.instance, MemoryIndex(from_memory));
    let e = &mut t.emitter;
    let from = bounds::memory_range(e, from_memory, from, length);
    let to = bounds::memory_range(e, to_memory, to, length);
    let length = e.widen(length);
    e.call_helper(Helper::MemoryMove, &[to, from, length]);
}

/// `memory.fill`: `[to, byte, length] → []`.
pub(crate) fn fill(t: &mut Translator<'_>, memory: u32) {
    let (to, byte, length) = t.stack.pop3();
    let memory = t.emitter.plan.program.memory(t.instance, MemoryIndex(memory));
    let e = &mut t.emitter;
    let to = bounds::memory_range(e, memory, to, length);
    let length = e.widen(length);
    e.call_helper(Helper::MemorySet, &[to, byte, length]);
}

/// `memory.init`: `[to, from, length] → []`; from a data segment.
pub(crate) fn init(t: &mut Translator<'_>, segment: u32, memory: u32) {
    let (to, from, length) = t.stack.pop3();
    let memory = t.emitter.plan.program.memory(t.instance, MemoryIndex(memory));
    let e = &mut t.emitter;
    let from = bounds::data_range(e, t.instance, DataIndex(segment), from, length);
    let to = bounds::memory_range(e, memory, to, length);
    let length = e.widen(length);
    e.call_helper(Helper::MemoryMove, &[to, from, length]);
}

/// `data.drop`: `[] → []`.
pub(crate) fn data_drop(t: &mut Translator<'_>, segment: u32) {
    addressing::drop_data(&mut t.emitter, t.instance, DataIndex(segment));
}
