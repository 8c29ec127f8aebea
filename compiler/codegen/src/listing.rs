//! All functions of a program as text, for people.
//!
//! ```text
//! ; function `div`, function 3 of instance 0, wasm 0x45 to 0x52
//! ; u0:0 is …                    symbols, which are numbers in what follows
//! CLIF as it is translated, each line with its place in the module; or
//! machine code, then             ; code 0x4 to 0x8 is wasm 0x47
//! ```

use std::fmt::Write;

use cranelift_codegen::CompiledCode;
use rayon::prelude::*;
use wasmelt_module::{Program, ProgramFunction};
use wasmelt_targets::Target;

use crate::{
    CompileError, FunctionKind, Options,
    compile::{Worker, with_symbols},
    entry, function, isa,
    plan::Plan,
};

/// What a listing shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Cranelift's intermediate form, before any optimisation.
    Clif,
    /// Machine code.
    Assembly,
}

/// All functions of `program`, as they are compiled for `target`.
///
/// # Errors
///
/// As of [`compile`](crate::compile()).
pub fn list(
    program: &Program,
    target: &Target,
    options: &Options<'_>,
    listing: Listing,
) -> Result<String, CompileError> {
    let isa = isa::for_target(target, options)?;
    let plan = Plan::new(program, target, options.bounds)?;
    let texts: Vec<_> = entry::functions(program, &plan.layout)
        .into_par_iter()
        .map_init(
            || Worker::new(&plan, &isa, options.determinism),
            |worker, kind| {
                worker.guarded(kind, |worker| {
                    let symbols = worker.translate(kind)?;
                    let text = match listing {
                        Listing::Clif => worker.context.func.display().to_string(),
                        Listing::Assembly => {
                            worker.context.set_disasm(true);
                            annotated(&worker.generate()?)
                        }
                    };
                    Ok(format!("; {}\n{}\n", heading(program, kind), with_symbols(&symbols, &text)))
                })
            },
        )
        .collect();
    // Not collected as a result above: which error came first would depend on the threads.
    texts.into_iter().collect()
}

fn heading(program: &Program, kind: FunctionKind) -> String {
    let FunctionKind::Wasm(ProgramFunction { instance, function }) = kind else { return kind.to_string() };
    let module = program.module(instance);
    let range = &function::body(module, function).range;
    // Names are the module's, and may hold what would end a comment.
    let name = module.display_name(function).replace(char::is_control, "\u{fffd}");
    format!("function `{name}`, {kind}, wasm {:#x} to {:#x}", range.start, range.end)
}

/// The code, and below it which operator of the module each part of it comes from.
fn annotated(code: &CompiledCode) -> String {
    let mut text = code.vcode.clone().unwrap_or_default();
    for range in code.buffer.get_srclocs_sorted().iter().filter(|range| !range.loc.is_default()) {
        writeln!(text, "; code {:#x} to {:#x} is wasm {:#x}", range.start, range.end, range.loc.bits())
            .expect("invariant: writing to a String cannot fail");
    }
    text
}
