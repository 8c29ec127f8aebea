//! Imports of memories and tables that have grown.
//!
//! A memory or table that has grown may be imported with a minimum that only its current size satisfies. A program's imports
//! are bound before it runs, against the declared sizes; so that such a script can be followed, the importing module is bound
//! without its minimum, and the program makes sure of it when the script has come that far:
//!
//! ```text
//! (import "m" "memory" (memory 2))   becomes   (import "m" "memory" (memory 0))   and a call that traps if the size is below 2
//! ```

use wasmelt_driver::{Import, ImportType, MemoryType, Module};

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
                ImportType::Function(_) | ImportType::Global(_) | ImportType::Tag(_) => {}
            }
        }
        module
    })
}

/// Modules that import what `module` imports with a minimal size, and export [`CHECK`], which traps if it is not reached.
/// `None` if there is none for one of the imports: one whose type only `module` itself can name.
pub(crate) fn checks(module: &Module) -> Option<Vec<Module>> {
    module.imports.iter().filter_map(|import| Some(check(import, minimum(import)?))).collect()
}

fn minimum(import: &Import) -> Option<u64> {
    match import.ty {
        ImportType::Memory(ty) => Some(ty.initial),
        ImportType::Table(ty) => Some(ty.initial),
        ImportType::Function(_) | ImportType::Global(_) | ImportType::Tag(_) => None,
    }
}

fn check(import: &Import, minimum: u64) -> Option<Module> {
    let (item, size, is_64) = match import.ty {
        ImportType::Table(ty) => {
            (format!("(table {} 0 {})", address(ty.table64), ty.element_type), "table.size", ty.table64)
        }
        ImportType::Memory(ty) => (memory(&ty), "memory.size", ty.memory64),
        _ => return None,
    };
    let (module, name, ty) = (quote(&import.module), quote(&import.name), address(is_64));
    let text = format!(
        "(module (import {module} {name} {item})
           (func (export \"{CHECK}\") (if ({ty}.lt_u ({size}) ({ty}.const {minimum})) (then unreachable))))"
    );
    Module::parse(CHECK, wat::parse_str(text).ok()?).ok()
}

/// The type of addresses.
fn address(is_64: bool) -> &'static str {
    if is_64 { "i64" } else { "i32" }
}

/// A memory like one of type `ty`, without a minimum. Shared memories have a maximum, which an import may not exceed.
fn memory(ty: &MemoryType) -> String {
    let maximum = ty.maximum.map_or(String::new(), |maximum| maximum.to_string());
    let shared = if ty.shared { "shared" } else { "" };
    let page = ty.page_size_log2.map_or(String::new(), |log2| format!("(pagesize {})", 1_u64 << log2));
    format!("(memory {} 0 {maximum} {shared} {page})", address(ty.memory64))
}

/// `name` as a string of the text format.
fn quote(name: &str) -> String {
    let bytes: String = name.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    format!("\"{bytes}\"")
}
