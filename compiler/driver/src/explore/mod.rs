//! Looking at the functions of a module one by one: text, intermediate form, machine code, and who calls whom.
//!
//! ```text
//! Source → Module → Program ──┐ once
//!             │               └── dissect(function, options) → CLIF, bytes → disassembly     a function at a time
//!             └── text(function), callers, callees
//! ```

mod disassembly;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt, sync::Arc};

use wasmelt_codegen::{self as codegen, Anatomy, ClifLine, Mark};
use wasmelt_module::{CallGraph, Entry, FunctionIndex, Module, Program, ProgramBuilder, ProgramFunction, TextLine};
use wasmelt_policy::family;
use wasmelt_targets::Architecture;

use crate::{
    BuildOptions, Diagnostic, Silent, Source, Stage, diagnostics,
    diagnostics::Code,
    guard::guarded,
    pipeline::{hosts, parse_binary},
};

/// A module that is open to be looked at.
pub struct Explorer {
    name: String,
    module: Arc<Module>,
    calls: CallGraph,
    /// Or why its code cannot be generated.
    program: Result<Program, Vec<Diagnostic>>,
}

/// What a function becomes with certain options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dissection {
    /// CLIF as it is translated, before any optimisation.
    pub clif: Vec<ClifLine>,
    /// Machine code.
    pub code: Vec<CodeLine>,
    /// Its size in bytes, tables of jumps and constants included.
    pub code_bytes: usize,
}

/// An instruction, or data among the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLine {
    /// Offset from the function's start, in bytes.
    pub address: u32,
    /// Byte offset of the operator in its module that it comes from.
    pub wasm_offset: Option<u32>,
    /// In the syntax of the architecture's assembler, more or less; branches go to addresses like `address`.
    pub text: String,
    /// What keeps it, or what it keeps, from going wrong.
    pub mark: Option<Mark>,
}

impl Explorer {
    /// Parses the module in `source`.
    ///
    /// # Errors
    ///
    /// All problems of the module. That its imports cannot be bound is none yet.
    pub fn open(source: &Source) -> Result<Explorer, Vec<Diagnostic>> {
        guarded(&source.display, &Silent, |stages| {
            let binary = stages.run(Stage::Assemble, || source.to_binary().map_err(|problem| vec![problem]))?;
            let module = Arc::new(stages.run(Stage::Parse, || parse_binary(source, binary))?);
            let program = stages.run(Stage::Bind, || Ok::<_, Vec<_>>(bind(&module, source)))?;
            Ok(Explorer { name: source.display.clone(), calls: CallGraph::of(&module), module, program })
        })
    }

    /// The module.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// Which functions call which.
    pub fn calls(&self) -> &CallGraph {
        &self.calls
    }

    /// The text of `function`, line by line; of an imported one none.
    ///
    /// # Errors
    ///
    /// If it cannot be printed.
    pub fn text(&self, function: FunctionIndex) -> Result<Vec<TextLine>, Vec<Diagnostic>> {
        self.module.text(function).map_err(|message| {
            let text = format_args!("the function cannot be printed as text: {message}");
            vec![Diagnostic::error(Code::Internal, text).in_file(&self.name)]
        })
    }

    /// What `function`, which is not imported, becomes with `options`, of which only those about code matter.
    ///
    /// # Errors
    ///
    /// If the module's imports cannot be bound, or the target cannot run it.
    pub fn dissect(&self, function: FunctionIndex, options: &BuildOptions) -> Result<Dissection, Vec<Diagnostic>> {
        let program = self.program.as_ref().map_err(Vec::clone)?;
        guarded(&self.name, &Silent, |stages| {
            let code_options = codegen::Options {
                optimization: options.optimization,
                bounds: options.bounds,
                determinism: options.determinism,
                ..codegen::Options::default()
            };
            let function = ProgramFunction { instance: only_instance(program), function };
            let anatomy = stages.run(Stage::Compile, || {
                codegen::dissect(program, &options.target, &code_options, function)
                    .map_err(|error| vec![diagnostics::compile(&error, &self.name)])
            })?;
            Ok(Dissection::new(anatomy, options.target.architecture))
        })
    }
}

impl fmt::Debug for Explorer {
    /// Without the module, which may have many megabytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explorer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Dissection {
    fn new(anatomy: Anatomy, architecture: Architecture) -> Dissection {
        let checks = anatomy.clif.iter().filter(|line| line.mark == Some(Mark::Check));
        let checked: BTreeSet<u32> = checks.filter_map(|line| line.wasm_offset).collect();
        let code = disassembly::lines(&anatomy, &checked, architecture);
        Dissection { code, code_bytes: anatomy.code.len(), clif: anatomy.clif }
    }
}

/// The command that the module is. One without an entry is a program all the same, of which every export can be called.
fn bind(module: &Arc<Module>, source: &Source) -> Result<Program, Vec<Diagnostic>> {
    let mut builder = ProgramBuilder::new();
    let instance = builder
        .instantiate(Arc::clone(module), hosts(family::ALL))
        .map_err(|errors| errors.iter().map(|error| diagnostics::program(error, source)).collect::<Vec<_>>())?;
    let entry = builder.command_entry(instance).unwrap_or(Entry::Script);
    Ok(builder.finish(entry))
}

fn only_instance(program: &Program) -> wasmelt_module::InstanceIndex {
    program.instance_indices().next().expect("invariant: the module was instantiated")
}
