//! Compiling a module of which nothing is known.

use std::sync::Arc;

use wasmelt_abi::find_host_function;
use wasmelt_driver::{
    BoundFunction, BuildOptions, Diagnostic, Entry, ExternIndex, FunctionKind, ProgramBuilder, ScriptCall, Source,
    build_script, diagnostics::Class, parse,
};

/// Sends the module in `bytes` through all stages with `options`, without executing it.
///
/// # Errors
///
/// What the compiler says if it calls a failure its own bug. A module that it refuses is no error.
pub fn withstand(bytes: &[u8], options: &BuildOptions) -> Result<(), String> {
    match compile(bytes, options) {
        Err(problems) if problems.iter().any(|problem| problem.class() == Class::Bug) => {
            Err(problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("; "))
        }
        _ => Ok(()),
    }
}

fn compile(bytes: &[u8], options: &BuildOptions) -> Result<(), Vec<Diagnostic>> {
    let module = Arc::new(parse(&Source::from_bytes("mutated", bytes))?);
    let mut builder = ProgramBuilder::new();
    // A module that cannot be linked is refused, as one that is not valid is.
    let Ok(instance) = builder.instantiate(module, find_host_function) else { return Ok(()) };
    let program = builder.finish(Entry::Script);
    let call = |function, results| ScriptCall { function, arguments: Vec::new(), results };
    let trampolines = program.module(instance).exports.iter().filter_map(|export| {
        let ExternIndex::Function(function) = export.item else { return None };
        let BoundFunction::Wasm(function) = program.function(instance, function) else { return None };
        let ty = program.function_type(function);
        let results = u32::try_from(ty.results().len()).expect("invariant: functions have at most 1000 results");
        ty.params().is_empty().then(|| call(FunctionKind::Trampoline(function), results))
    });
    let calls: Vec<ScriptCall> =
        [call(FunctionKind::Initializer(instance), 0)].into_iter().chain(trampolines).collect();
    build_script(&program, options, &calls).map(drop)
}
