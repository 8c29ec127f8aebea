//! What is known of a module before it is compiled: what it may ask for, what it is made of, what it will cost.
//!
//! Invariant: everything is exact but [`Cost::native_bytes`] and [`Cost::compile_time`], which are measured rates times sizes.

mod capability;
mod cost;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use wasmelt_module::{ExternIndex, Import, ImportType, Module, Producer};

use crate::{Diagnostic, Source, parse};

pub use capability::Capability;
pub use cost::{Cost, FunctionSize, MemorySize, largest_functions};

/// What is known of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Its name.
    pub name: String,
    /// SHA-256 of the binary module, in hexadecimal digits: what an executable records ([`Executable`](crate::Executable)).
    pub sha256: String,
    /// Whether it is a command, a reactor or neither.
    pub kind: ModuleKind,
    /// Its imports by what they are for, in order of [`Capability`].
    pub imports: Vec<ImportGroup>,
    /// Proposals beyond WebAssembly 1.0 that it uses.
    pub proposals: Vec<&'static str>,
    /// What it costs.
    pub cost: Cost,
    /// The tools that made it, as far as they say so.
    pub producers: Vec<Producer>,
    /// Names of its exports.
    pub exports: Vec<String>,
}

/// How a module is used (WASI application ABI).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleKind {
    /// It has a `_start`: it can become a program.
    Command,
    /// It has none, but `_initialize`: a library that is initialised first.
    Reactor,
    /// It has neither: a library.
    Library,
}

/// Imports that are for the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportGroup {
    /// What for.
    pub capability: Capability,
    /// Names, in order of the imports.
    pub names: Vec<String>,
}

impl ImportGroup {
    /// The flag that grants it, or provides it; `None` where nothing has to be granted.
    pub fn flag(&self) -> Option<String> {
        self.capability.flag()
    }
}

/// Analyses the module in `source`.
///
/// # Errors
///
/// All problems of the module.
pub fn analyze(source: &Source) -> Result<Analysis, Vec<Diagnostic>> {
    parse(source).map(|module| Analysis::of(&module))
}

impl Analysis {
    /// What is known of `module`.
    pub fn of(module: &Module) -> Analysis {
        Analysis {
            name: module.name.clone(),
            sha256: hexadecimal(&Sha256::digest(&module.bytes)),
            kind: kind(module),
            imports: groups(&module.imports),
            proposals: module.proposals(),
            cost: Cost::of(module),
            producers: module.producers(),
            exports: module.exports.iter().map(|export| export.name.clone()).collect(),
        }
    }

    /// The flags that grant or provide all that the module may ask for. It may do with less: what it asks for depends on what
    /// it is used for, and `wasmelt learn` tells.
    pub fn flags(&self) -> Vec<String> {
        self.imports.iter().filter_map(ImportGroup::flag).collect()
    }

    /// Whether the module may ask for `capability`.
    pub fn asks_for(&self, capability: &Capability) -> bool {
        self.imports.iter().any(|group| group.capability == *capability)
    }
}

fn kind(module: &Module) -> ModuleKind {
    let exports = |name| matches!(module.export(name), Some(ExternIndex::Function(_)));
    match (exports("_start"), exports("_initialize")) {
        (true, _) => ModuleKind::Command,
        (false, true) => ModuleKind::Reactor,
        (false, false) => ModuleKind::Library,
    }
}

fn groups(imports: &[Import]) -> Vec<ImportGroup> {
    let mut groups: BTreeMap<Capability, Vec<String>> = BTreeMap::new();
    for import in imports {
        let is_function = matches!(import.ty, ImportType::Function(_));
        let capability = Capability::of(&import.module, &import.name, is_function);
        groups.entry(capability).or_default().push(import.name.clone());
    }
    groups.into_iter().map(|(capability, names)| ImportGroup { capability, names }).collect()
}

/// `bytes` as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analysis(text: &str) -> Analysis {
        analyze(&Source::from_bytes("app.wat", text.as_bytes())).unwrap()
    }

    #[test]
    fn imports_are_grouped_by_what_they_are_for() {
        let analysis = analysis(
            r#"(module
              (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "environ_get" (func (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "environ_sizes_get" (func (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
              (import "env" "helper" (func))
              (func (export "_start")))"#,
        );
        assert_eq!(analysis.kind, ModuleKind::Command);
        let groups: Vec<(String, usize)> =
            analysis.imports.iter().map(|group| (group.capability.to_string(), group.names.len())).collect();
        let expected = [
            ("environment variables", 2),
            ("streams and open files", 1),
            ("random bytes", 1),
            ("exit and waiting", 1),
            ("module `env`", 1),
        ];
        assert_eq!(groups, expected.map(|(name, count)| (name.to_owned(), count)));
        assert_eq!(analysis.flags(), ["--allow-env=NAME", "--allow-random", "--module env=FILE"]);
        assert!(analysis.asks_for(&Capability::Environment) && !analysis.asks_for(&Capability::Files));
    }

    #[test]
    fn the_digest_is_that_of_the_binary() {
        let binary = [0, b'a', b's', b'm', 1, 0, 0, 0];
        let of_binary = analyze(&Source::from_bytes("a.wasm", binary)).unwrap();
        assert_eq!(of_binary.sha256, "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476");
        assert_eq!(analysis("(module)").sha256, of_binary.sha256);
        assert_eq!(of_binary.kind, ModuleKind::Library);
    }
}
