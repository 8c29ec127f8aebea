//! Small programs for tests, compiled by hand.

use std::sync::Arc;

use wasmelt_abi::{find_host_function, grants};
use wasmelt_codegen::{
    CompiledFunction, CompiledProgram, FunctionKind, Layout, Relocation, RelocationKind, SymbolRef, TrapPoint,
};
use wasmelt_module::{Entry, FunctionIndex, InstanceIndex, Module, Program, ProgramBuilder, ProgramFunction};
use wasmelt_targets::{Architecture, Target};

use crate::{Linker, ObjectOptions, Sandbox};

/// The portable targets of all architectures.
pub(crate) fn targets() -> impl Iterator<Item = Target> {
    Architecture::ALL.into_iter().map(Target::baseline)
}

/// The first instance.
pub(crate) const INSTANCE: InstanceIndex = InstanceIndex(0);

/// A program of instances of these modules, in text, that begins at the last one's `_start`, or is a script if there is
/// none.
pub(crate) fn program(modules: &[&str]) -> Program {
    let mut builder = ProgramBuilder::new();
    let mut entry = Entry::Script;
    for (text, number) in modules.iter().zip(0..) {
        let binary = wat::parse_str(text).unwrap();
        let module = Module::parse(&format!("module {number}"), binary).unwrap();
        let instance = builder.instantiate(Arc::new(module), find_host_function).unwrap();
        builder.register(format!("m{number}"), instance);
        entry = builder.command_entry(instance).unwrap_or(Entry::Script);
    }
    builder.finish(entry)
}

/// A function of the first instance.
pub(crate) const fn wasm(function: u32) -> FunctionKind {
    FunctionKind::Wasm(ProgramFunction { instance: INSTANCE, function: FunctionIndex(function) })
}

/// A function of `size` bytes.
pub(crate) fn function(kind: FunctionKind, size: usize) -> CompiledFunction {
    CompiledFunction {
        kind,
        code: vec![0x90; size],
        alignment: 16,
        relocations: Vec::new(),
        traps: Vec::new(),
        stack_maps: Vec::new(),
        landings: Vec::new(),
    }
}

/// A function that traps at these offsets.
pub(crate) fn trapping(kind: FunctionKind, size: usize, traps: &[TrapPoint]) -> CompiledFunction {
    CompiledFunction { traps: traps.to_vec(), ..function(kind, size) }
}

/// A function that holds the addresses of these, one every 8 bytes.
pub(crate) fn referring(kind: FunctionKind, targets: &[SymbolRef]) -> CompiledFunction {
    let relocations = targets.iter().zip((0..).step_by(8)).map(|(&target, offset)| Relocation {
        offset,
        kind: RelocationKind::Absolute64,
        target,
        addend: 0,
    });
    CompiledFunction { relocations: relocations.collect(), ..function(kind, targets.len() * 8) }
}

/// These functions, with `wasmelt_main` behind them.
pub(crate) fn compiled(target: Target, functions: Vec<CompiledFunction>, layout: Layout) -> CompiledProgram {
    let functions = functions.into_iter().chain([function(FunctionKind::Main, 4)]).collect();
    CompiledProgram { target, functions, layout }
}

/// No grants, no calls.
pub(crate) fn options() -> ObjectOptions<'static> {
    const GRANTS: &[u8] = b"WMGRANTS\x03\0\0\0\x10\0\0\0";
    assert_eq!(grants::table_bytes(GRANTS), Some(GRANTS.len()));
    ObjectOptions {
        grants_room: None,
        grants: GRANTS,
        stack_bytes: 1 << 20,
        max_gc_heap_bytes: 1 << 20,
        sandbox: Sandbox::Off,
        linker: Linker::Wasmelt,
        script: &[],
    }
}
