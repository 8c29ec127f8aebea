//! The program header (see [`wasmelt_abi::ProgramHeader`]): the first thing in the section of constants, where tools find
//! it in an executable without symbols.

use std::mem::offset_of;

use wasmelt_abi::{ABI_VERSION, CPU_LEVEL_BYTES, PROGRAM_MAGIC, ProgramHeader, symbols};
use wasmelt_codegen::{CompiledProgram, DataSymbol, FunctionKind};
use wasmelt_module::{Entry, Program};

use crate::{
    ObjectOptions, Sandbox,
    blob::Blob,
    file::{ObjectFile, Section},
    filter::Filter,
    grants::Needs,
    item::Item,
    state,
};

/// Emits the header.
pub(crate) fn emit(
    file: &mut ObjectFile<'_>,
    program: &Program,
    compiled: &CompiledProgram,
    options: &ObjectOptions<'_>,
    (trap_table_bytes, handlers_bytes): (u64, u64),
    filter: Option<&Filter>,
) {
    let layout = &compiled.layout;
    let entry = match program.entry {
        Entry::Function(_) => Item::function(FunctionKind::Main),
        Entry::Script => Item::runtime(symbols::RUN_SCRIPT),
    };
    let growable_tables = compiled.target.address_space().growable_tables();
    let memories = u32::try_from(layout.memories.len()).expect("invariant: a program has few memories");

    let mut blob = Blob::zeroed(size_of::<ProgramHeader>());
    blob.put(offset_of!(ProgramHeader, magic), &PROGRAM_MAGIC);
    blob.put_u32(offset_of!(ProgramHeader, abi_version), ABI_VERSION);
    blob.put_u32(offset_of!(ProgramHeader, memory_count), memories);
    blob.put_address(offset_of!(ProgramHeader, state), Item::data(DataSymbol::State), 0);
    if state::is_copied(compiled, options.linker) {
        blob.put_address(offset_of!(ProgramHeader, state_image), Item::StateImage, 0);
        blob.put_u64(offset_of!(ProgramHeader, state_image_bytes), layout.state_bytes);
    }
    blob.put_address(offset_of!(ProgramHeader, memories), Item::data(DataSymbol::State), layout.memory_states);
    blob.put_address(offset_of!(ProgramHeader, entry), entry, 0);
    blob.put_address(offset_of!(ProgramHeader, trap_table), Item::TrapTable, 0);
    blob.put_u64(offset_of!(ProgramHeader, trap_table_bytes), trap_table_bytes);
    blob.put_address(offset_of!(ProgramHeader, text), Item::Text, 0);
    if handlers_bytes > 0 {
        blob.put_address(offset_of!(ProgramHeader, handlers), Item::HandlerTable, 0);
        blob.put_u64(offset_of!(ProgramHeader, handlers_bytes), handlers_bytes);
    }
    blob.put_address(offset_of!(ProgramHeader, grants), Item::Grants, 0);
    blob.put_u64(offset_of!(ProgramHeader, stack_bytes), options.stack_bytes);
    blob.put_u64(offset_of!(ProgramHeader, growable_tables_bytes), layout.growable_tables_bytes);
    blob.put_u64(offset_of!(ProgramHeader, growable_tables), growable_tables);
    if layout.heap.is_some() {
        blob.put_address(offset_of!(ProgramHeader, heap), Item::Heap, 0);
    }
    let needs = Needs::of(options.grants);
    if needs.listeners {
        blob.put_address(offset_of!(ProgramHeader, listeners), Item::runtime(symbols::LISTENERS), 0);
    }
    if needs.limits {
        blob.put_address(offset_of!(ProgramHeader, limits), Item::runtime(symbols::LIMITS), 0);
    }
    if options.sandbox != Sandbox::Off {
        let sandbox = if needs.files { symbols::SANDBOX_OF_FILES } else { symbols::SANDBOX };
        blob.put_address(offset_of!(ProgramHeader, sandbox), Item::runtime(sandbox), 0);
        blob.put_u32(offset_of!(ProgramHeader, sandbox_required), u32::from(options.sandbox == Sandbox::Required));
    }
    if let Some(filter) = filter {
        blob.put_address(offset_of!(ProgramHeader, filter), Item::Filter, 0);
        blob.put_u32(offset_of!(ProgramHeader, filter_instructions), filter.length());
    }
    blob.put(offset_of!(ProgramHeader, cpu_level), cpu_level(compiled.target.cpu.name()));
    file.define(Section::Constants, Item::Header, blob, align_of::<ProgramHeader>() as u64);
}

/// As much of a CPU level's name as there is room for.
fn cpu_level(name: &str) -> &[u8] {
    &name.as_bytes()[..name.len().min(CPU_LEVEL_BYTES)]
}
