//! Imports and exports, with their types in short.

use std::fmt;

use serde::Serialize;
use wasmelt_driver::{ExternIndex, FuncType, GlobalType, Import, ImportType, Module};

/// An import or an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ItemKind,
    /// Its type, in short.
    pub ty: String,
}

/// A kind of import or export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A function.
    Function,
    /// A table.
    Table,
    /// A memory.
    Memory,
    /// A global.
    Global,
    /// A tag of exceptions.
    Tag,
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ItemKind::Function => "function",
            ItemKind::Table => "table",
            ItemKind::Memory => "memory",
            ItemKind::Global => "global",
            ItemKind::Tag => "tag",
        })
    }
}

impl Item {
    /// What `import` asks for.
    pub(super) fn import(module: &Module, import: &Import) -> Item {
        let (kind, ty) = import_type(module, import.ty);
        Item { name: import.name.clone(), kind, ty }
    }
}

fn import_type(module: &Module, ty: ImportType) -> (ItemKind, String) {
    match ty {
        ImportType::Function(ty) => (ItemKind::Function, signature(module.func_type(ty))),
        ImportType::Table(ty) => (ItemKind::Table, limits(ty.initial, ty.maximum, "element")),
        ImportType::Memory(ty) => (ItemKind::Memory, limits(ty.initial, ty.maximum, "page")),
        ImportType::Global(ty) => (ItemKind::Global, global(&ty)),
        ImportType::Tag(ty) => (ItemKind::Tag, signature(module.func_type(ty))),
    }
}

/// The exports, in order.
pub(super) fn exports(module: &Module) -> Vec<Item> {
    let item = |name: &str, item| {
        let (kind, ty) = export_type(module, item);
        Item { name: name.to_owned(), kind, ty }
    };
    module.exports.iter().map(|export| item(&export.name, export.item)).collect()
}

fn export_type(module: &Module, item: ExternIndex) -> (ItemKind, String) {
    match item {
        ExternIndex::Function(function) => (ItemKind::Function, signature(module.function_type(function))),
        ExternIndex::Table(table) => {
            let ty = &module.tables[table.index()].ty;
            (ItemKind::Table, limits(ty.initial, ty.maximum, "element"))
        }
        ExternIndex::Memory(memory) => {
            let ty = &module.memories[memory.index()].ty;
            (ItemKind::Memory, limits(ty.initial, ty.maximum, "page"))
        }
        ExternIndex::Global(index) => (ItemKind::Global, global(&module.globals[index.index()].ty)),
        ExternIndex::Tag(index) => (ItemKind::Tag, signature(module.tag_type(index))),
    }
}

/// `(i32, i64) -> f64`
fn signature(ty: &FuncType) -> String {
    let list = |types: &[_]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match ty.results() {
        [] => format!("({})", list(ty.params())),
        [result] => format!("({}) -> {result}", list(ty.params())),
        results => format!("({}) -> ({})", list(ty.params()), list(results)),
    }
}

/// `1 to 16 pages`
fn limits(initial: u64, maximum: Option<u64>, unit: &str) -> String {
    let plural = |count| if count == 1 { "" } else { "s" };
    match maximum {
        Some(maximum) if maximum == initial => format!("{initial} {unit}{}", plural(initial)),
        Some(maximum) => format!("{initial} to {maximum} {unit}{}", plural(maximum)),
        None => format!("{initial} {unit}{} or more", plural(initial)),
    }
}

/// `mut i32`
fn global(ty: &GlobalType) -> String {
    format!("{}{}", if ty.mutable { "mut " } else { "" }, ty.content_type)
}

#[cfg(test)]
mod tests {
    use wasmelt_driver::Source;

    use super::*;

    #[test]
    fn exports_have_kinds_and_types() {
        let text = r#"(module
            (memory (export "memory") 2)
            (table (export "table") 3 3 funcref)
            (global (export "counter") (mut i64) (i64.const 0))
            (func (export "run") (param f32) (result i32 i32) (unreachable)))"#;
        let module = wasmelt_driver::parse(&Source::from_bytes("test.wat", text.as_bytes())).unwrap();
        let expected = [
            ("memory", ItemKind::Memory, "2 pages or more"),
            ("table", ItemKind::Table, "3 elements"),
            ("counter", ItemKind::Global, "mut i64"),
            ("run", ItemKind::Function, "(f32) -> (i32, i32)"),
        ];
        let item = |(name, kind, ty): (&str, _, &str)| Item { name: name.to_owned(), kind, ty: ty.to_owned() };
        assert_eq!(exports(&module), expected.map(item));
    }
}
