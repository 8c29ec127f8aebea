//! Atomic accesses (threads proposal, "Execution": Instructions). All are sequentially consistent.
//!
//! An atomic access traps if its address is not a multiple of its width, and then if any of its bytes lies outside of the
//! memory. Narrow accesses zero-extend what they read and wrap what they write.
//!
//! ```text
//! t.atomic.load                 trap unless aligned; v = atomic_load; uextend
//! t.atomic.store                trap unless aligned; ireduce; atomic_store
//! t.atomic.rmw.op               trap unless aligned; ireduce; v = atomic_rmw op; uextend
//! t.atomic.rmw.cmpxchg          trap unless aligned; ireduce; v = atomic_cas; uextend
//! memory.atomic.wait, .notify   trap unless aligned; atomic_load, which traps out of bounds; call the runtime
//! ```

use cranelift_codegen::ir::{AtomicRmwOp, InstBuilder, MemFlagsData, Type, Value, types};
use wasmelt_module::ProgramMemory;
use wasmparser::MemArg;

use crate::{abi::Helper, access, function::Translator, isa, traps};

/// `[index] → [value]`: loads `access`, zero-extended to `ty`.
pub(crate) fn load(t: &mut Translator<'_>, argument: &MemArg, access: Type, ty: Type) {
    let (flags, address) = aligned(t, argument, access);
    let value = t.ins().atomic_load(access, flags, address);
    push_extended(t, value, ty);
}

/// `[index, value] → []`: stores the low bits of the value, as many as `access` has.
pub(crate) fn store(t: &mut Translator<'_>, argument: &MemArg, access: Type) {
    let value = pop_wrapped(t, access);
    let (flags, address) = aligned(t, argument, access);
    t.ins().atomic_store(flags, value, address);
}

/// `[index, operand] → [what was there]`, zero-extended to `ty`; combines `access` there with the operand's low bits.
pub(crate) fn read_modify_write(t: &mut Translator<'_>, argument: &MemArg, op: AtomicRmwOp, access: Type, ty: Type) {
    let operand = pop_wrapped(t, access);
    let (flags, address) = aligned(t, argument, access);
    let before = t.ins().atomic_rmw(access, flags, op, address, operand);
    push_extended(t, before, ty);
}

/// `[index, expected, replacement] → [what was there]`, zero-extended to `ty`; replaces `access` there if it equals the low
/// bits of the expected value.
pub(crate) fn compare_exchange(t: &mut Translator<'_>, argument: &MemArg, access: Type, ty: Type) {
    let replacement = pop_wrapped(t, access);
    let expected = pop_wrapped(t, access);
    let (flags, address) = aligned(t, argument, access);
    let expected = if access == types::I32 { without_high_half(t, expected, address) } else { expected };
    let before = t.ins().atomic_cas(flags, address, expected, replacement);
    push_extended(t, before, ty);
}

/// `expected`, 32 bits, in a register whose high half is zero.
///
/// What the high half holds is undefined otherwise, and the loop that Cranelift 0.135 makes of a 32-bit `atomic_cas` on
/// AArch64 without LSE compares 64 bits. A 32-bit addition clears it; what is added are the low bits of `address`, which are
/// zero behind the check of its alignment, and which no optimisation knows to be.
fn without_high_half(t: &mut Translator<'_>, expected: Value, address: Value) -> Value {
    if isa::is_x86_64(t.emitter.isa) {
        return expected;
    }
    let low = t.ins().band_imm_u(address, 3);
    let zero = t.ins().ireduce(types::I32, low);
    t.ins().iadd(expected, zero)
}

/// `atomic.fence`: `[] → []`.
pub(crate) fn fence(t: &mut Translator<'_>) {
    t.ins().fence();
}

/// `memory.atomic.notify`: `[index, count] → [how many waiting threads were woken]`; no thread waits on a memory that is
/// not shared.
pub(crate) fn notify(t: &mut Translator<'_>, argument: &MemArg) {
    let count = t.stack.pop();
    let memory = access::memory(t, argument);
    let (flags, address) = aligned(t, argument, types::I32);
    t.ins().atomic_load(types::I32, flags, address);
    let woken = if is_shared(t, memory) {
        let call = t.emitter.call_helper(Helper::MemoryNotify, &[address, count]);
        t.emitter.result(call)
    } else {
        t.ins().iconst(types::I32, 0)
    };
    t.stack.push(woken);
}

/// `memory.atomic.wait32` and `wait64`, by `access`: `[index, expected, timeout in ns, none if negative] → [0 if woken, 1 if
/// the value was another, 2 if the time is over]`. Traps if the memory is not shared.
pub(crate) fn wait(t: &mut Translator<'_>, argument: &MemArg, access: Type) {
    let (expected, timeout) = t.stack.pop2();
    let memory = access::memory(t, argument);
    let (flags, address) = aligned(t, argument, access);
    if !is_shared(t, memory) {
        t.ins().trap(traps::EXPECTED_SHARED_MEMORY);
        t.stack.set_unreachable();
        return;
    }
    t.ins().atomic_load(access, flags, address);
    let helper = if access == types::I32 { Helper::MemoryWait32 } else { Helper::MemoryWait64 };
    let call = t.emitter.call_helper(helper, &[address, expected, timeout]);
    let result = t.emitter.result(call);
    t.stack.push(result);
}

/// Pops an index; the address of `access` there, which is a multiple of its width.
fn aligned(t: &mut Translator<'_>, argument: &MemArg, access: Type) -> (MemFlagsData, Value) {
    let low_bits = access.bytes() - 1;
    if low_bits > 0 {
        // Only the low bits of index and offset matter, so that a sum that overflows does not.
        let (index, offset) = (t.stack.top(1)[0], argument.offset & u64::from(low_bits));
        let sum = if offset == 0 { index } else { t.ins().iadd_imm_u(index, offset.cast_signed()) };
        let low = t.ins().band_imm_u(sum, i64::from(low_bits));
        t.ins().trapnz(low, traps::UNALIGNED_ATOMIC);
    }
    access::exact(t, argument, access.bytes())
}

fn is_shared(t: &Translator<'_>, memory: ProgramMemory) -> bool {
    t.emitter.plan.program.memory_type(memory).shared
}

/// Pops a value; its low bits, as many as `access` has.
fn pop_wrapped(t: &mut Translator<'_>, access: Type) -> Value {
    let value = t.stack.pop();
    let ty = t.emitter.builder.func.dfg.value_type(value);
    if ty == access { value } else { t.ins().ireduce(access, value) }
}

/// Pushes `value`, zero-extended to `ty`.
fn push_extended(t: &mut Translator<'_>, value: Value, ty: Type) {
    let narrow = t.emitter.builder.func.dfg.value_type(value) != ty;
    let value = if narrow { t.ins().uextend(ty, value) } else { value };
    t.stack.push(value);
}
