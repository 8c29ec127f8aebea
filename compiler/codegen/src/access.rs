//! What instructions access in memory: an index and an immediate become an address, and that a value or nothing.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Opcode, Type, Value};
use wasmelt_module::{MemoryIndex, ProgramMemory};
use wasmparser::{MemArg, MemArgTarget};

use crate::{
    bounds::{self, MemoryAddress},
    function::Translator,
};

/// Pops an index; the value that `opcode` loads there. `controlling` is the type that the opcode's result depends on.
pub(crate) fn load(t: &mut Translator<'_>, argument: &MemArg, opcode: Opcode, controlling: Type) -> Value {
    let address = address(t, argument);
    let flags = t.emitter.builder.func.dfg.mem_flags.insert_unchecked(address.flags);
    let (inst, dfg) = t.ins().Load(opcode, controlling, flags, address.displacement.into(), address.base);
    dfg.first_result(inst)
}

/// Pops an index; `opcode` stores `value` there.
pub(crate) fn store(t: &mut Translator<'_>, argument: &MemArg, opcode: Opcode, value: Value) {
    let address = address(t, argument);
    let ty = t.emitter.builder.func.dfg.value_type(value);
    let flags = t.emitter.builder.func.dfg.mem_flags.insert_unchecked(address.flags);
    t.ins().Store(opcode, ty, flags, address.displacement.into(), value, address.base);
}

/// Pops an index; the address of the access as one value, for instructions that have no displacement, and its flags.
pub(crate) fn exact(t: &mut Translator<'_>, argument: &MemArg) -> (MemFlagsData, Value) {
    let address = address(t, argument);
    match address.displacement {
        0 => (address.flags, address.base),
        displacement => (address.flags, t.ins().iadd_imm_s(address.base, i64::from(displacement))),
    }
}

/// The memory that is accessed.
pub(crate) fn memory(t: &Translator<'_>, argument: &MemArg) -> ProgramMemory {
    let MemArgTarget::Memory(memory) = argument.target else {
        unreachable!("invariant: modules with garbage collection are refused")
    };
    t.emitter.plan.program.memory(t.instance, MemoryIndex(memory))
}

/// Pops an index; the address of the access.
fn address(t: &mut Translator<'_>, argument: &MemArg) -> MemoryAddress {
    let index = t.stack.pop();
    let memory = memory(t, argument);
    let offset = u32::try_from(argument.offset).expect("invariant: modules with 64-bit memories are refused");
    bounds::memory_access(&mut t.emitter, memory, index, offset)
}
