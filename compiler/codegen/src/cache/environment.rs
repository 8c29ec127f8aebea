//! What the code of a function can depend on: its body, and its environment, which is everything that translation may look
//! at besides.
//!
//! The environment is taken whole, for all functions of a program: types, signatures, bindings, places of memories, tables,
//! globals, segments, cells and tags, values of immutable globals, the target, and all settings. That is more than any one
//! function needs; so nothing can be forgotten when an operator begins to look at another part of it.
//!
//! Law: what is left out is what no translation of a body looks at: other bodies, contents of data and element segments,
//! names, exports, places in the binary. Locations in code count from the body's start (`entry.rs`).

use std::fmt::{self, Debug, Write};

use cranelift_codegen::isa::TargetIsa;
use sha2::{Digest, Sha256};
use wasmelt_module::{
    ElementItems, FunctionBody, GlobalIndex, Module, Program, ProgramFunction, ProgramGlobal, TypeIndex,
};

use super::FunctionKey;
use crate::{function, plan::Plan};

/// The digest of the environment of all functions of a program.
pub(super) fn digest(plan: &Plan<'_>, isa: &dyn TargetIsa, settings: &[&str]) -> FunctionKey {
    let mut digest = Facts(Sha256::new());
    digest.add("settings", &settings);
    let flags: Vec<String> = isa.isa_flags().iter().map(ToString::to_string).collect();
    digest.add("target", &(isa.triple().to_string(), isa.flags().to_string(), flags));
    digest.add("layout", &plan.layout);
    program(&mut digest, plan.program);
    plan.program.modules.iter().for_each(|of| module(&mut digest, of));
    digest.0.finalize().into()
}

/// The digest of a body in its environment.
pub(super) fn body_digest(plan: &Plan<'_>, function: ProgramFunction) -> FunctionKey {
    let module = plan.program.module(function.instance);
    let FunctionBody { range } = function::body(module, function.function);
    let mut digest = Facts(Sha256::new());
    digest.add("instance", &function.instance);
    digest.add("type", &module.functions[function.function.index()].ty);
    digest.add("hints", &module.branch_hints.get(&function.function));
    digest.0.update(&module.bytes[range.clone()]);
    digest.0.finalize().into()
}

fn program(digest: &mut Facts, program: &Program) {
    program.types.iter().for_each(|ty| digest.add("type", ty));
    for (instance, index) in program.instances.iter().zip(program.instance_indices()) {
        digest.add("instance", &(instance.module, &instance.imports, program.caller_memory(index)));
        let module = program.module(index);
        for ty in (0..module.types.len()).map(TypeIndex::at) {
            digest.add("type id", &program.type_id(index, ty));
        }
        for global in (0..module.globals.len()).map(GlobalIndex::at) {
            digest.add("value", &program.initial_value(ProgramGlobal { instance: index, global }));
        }
    }
}

fn module(digest: &mut Facts, module: &Module) {
    // Every field is named, so that a new one cannot be forgotten here.
    let Module {
        name: _,
        bytes: _,
        types,
        recursion_groups,
        imports,
        functions,
        tables,
        memories,
        globals,
        tags,
        exports: _,
        start: _,
        elements,
        // Passive ones have their places in the layout.
        data: _,
        facts: _,
        // Part of each body's digest.
        branch_hints: _,
        ..
    } = module;
    digest.add("types", &(types, recursion_groups));
    imports.iter().for_each(|import| digest.add("import", &import.ty));
    functions.iter().for_each(|function| digest.add("function", &(function.ty, function.body.is_some())));
    digest.add("tables and memories", &(tables, memories));
    digest.add("globals and tags", &(globals, tags));
    for segment in elements {
        let is_expressions = matches!(segment.items, ElementItems::Expressions(_));
        digest.add("elements", &(segment.ty, segment.items.len(), is_expressions));
    }
}

/// A digest of facts, as their types display them for debugging: whatever is in them is in it.
struct Facts(Sha256);

impl Facts {
    fn add(&mut self, what: &str, fact: &dyn Debug) {
        // No fact displays as what ends one.
        write!(self, "{what}: {fact:?}\0").expect("invariant: a digest takes all that is written");
    }
}

impl Write for Facts {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}
