//! Imports of memories and tables that have grown.
//!
//! A memory or table that has grown may be imported with a minimum that only its current size satisfies. A program's imports
//! are bound before it runs, against the declared sizes; so that such a script can be followed, the importing module is bound
//! without its minimum, and the program makes sure of it when the script has come that far:
//!
//! ```text
//! (import "m" "memory" (memory 2))   becomes   (import "m" "memory" (memory 0))   and a call that traps if the size is below 2
//! ```

use wasmelt_driver::{Import, ImportType, Module};

/// Name of the exported function of a check.
pub(crate) const CHECK: &str = "check";

/// `module` without the minimal sizes of its imports; `None` if it has none.
pub(crate) fn without_minimums(module: &Module) -> Option<Module> {
    module.imports.iter().any(|import| minimum(import).is_some_and(|minimum| minimum > 0)).then(|| {
        let mut module = Module::parse(&module.name, module.bytes.clone()).expect("invariant: it was parsed before");
        for import in &mut module.imports {
            match &mut import.ty {
                ImportType::Memory(ty) => ty.initial = 0,
                ImportType::Table(ty) => ty.initial = 0,
                ImportType::Function(_) | ImportType::Global(_) => {}
            }
        }
        module
    })
}

/// Modules that import what `module` imports with a minimal size, and export [`CHECK`], which traps if it is not reached.
pub(crate) fn checks(module: &Module) -> Vec<Module> {
    module.imports.iter().filter_map(|import| Some(check(import, minimum(import)?))).collect()
}

fn minimum(import: &Import) -> Option<u64> {
    match import.ty {
        ImportType::Memory(ty) => Some(ty.initial),
        ImportType::Table(ty) => Some(ty.initial),
        ImportType::Function(_) | ImportType::Global(_) => None,
    }
}

fn check(import: &Import, minimum: u64) -> Module {
    let (item, size) = match import.ty {
        ImportType::Table(ty) => (format!("(table 0 {})", ty.element_type), "table.size"),
        _ => ("(memory 0)".to_owned(), "memory.size"),
    };
    let (module, name) = (quote(&import.module), quote(&import.name));
    let text = format!(
        "(module (import {module} {name} {item})
           (func (export \"{CHECK}\") (if (i32.lt_u ({size}) (i32.const {minimum})) (then unreachable))))"
    );
    let bytes = wat::parse_str(text).expect("invariant: the text is well-formed");
    Module::parse(CHECK, bytes).expect("invariant: the module is valid")
}

/// `name` as a string of the text format.
fn quote(name: &str) -> String {
    let bytes: String = name.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    format!("\"{bytes}\"")
}
