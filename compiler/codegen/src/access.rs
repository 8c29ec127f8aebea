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
    let address = address(t, argument, loaded_bytes(opcode, controlling));
    let flags = t.emitter.builder.func.dfg.mem_flags.insert_unchecked(address.flags);
    let (inst, dfg) = t.ins().Load(opcode, controlling, flags, address.displacement.into(), address.base);
    dfg.first_result(inst)
}

/// Pops an index; `opcode` stores `value` there.
pub(crate) fn store(t: &mut Translator<'_>, argument: &MemArg, opcode: Opcode, value: Value) {
    let ty = t.emitter.builder.func.dfg.value_type(value);
    let address = address(t, argument, stored_bytes(opcode, ty));
    let flags = t.emitter.builder.func.dfg.mem_flags.insert_unchecked(address.flags);
    t.ins().Store(opcode, ty, flags, address.displacement.into(), value, address.base);
}

/// Pops an index; the address of an access of `width` bytes as one value, for instructions that have no displacement, and
/// its flags.
pub(crate) fn exact(t: &mut Translator<'_>, argument: &MemArg, width: u32) -> (MemFlagsData, Value) {
    let address = address(t, argument, width);
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

/// Pops an index; the address of an access of `width` bytes.
fn address(t: &mut Translator<'_>, argument: &MemArg, width: u32) -> MemoryAddress {
    let index = t.stack.pop();
    let memory = memory(t, argument);
    bounds::memory_access(&mut t.emitter, memory, index, (argument.offset, width))
}

/// Bytes that `opcode` loads.
fn loaded_bytes(opcode: Opcode, controlling: Type) -> u32 {
    match opcode {
        Opcode::Uload8 | Opcode::Sload8 => 1,
        Opcode::Uload16 | Opcode::Sload16 => 2,
        Opcode::Uload32 | Opcode::Sload32 => 4,
        // Half a vector, which is widened.
        Opcode::Sload8x8
        | Opcode::Uload8x8
        | Opcode::Sload16x4
        | Opcode::Uload16x4
        | Opcode::Sload32x2
        | Opcode::Uload32x2 => 8,
        _ => controlling.bytes(),
    }
}

/// Bytes that `opcode` stores of a value of `ty`.
fn stored_bytes(opcode: Opcode, ty: Type) -> u32 {
    match opcode {
        Opcode::Istore8 => 1,
        Opcode::Istore16 => 2,
        Opcode::Istore32 => 4,
        _ => ty.bytes(),
    }
}
