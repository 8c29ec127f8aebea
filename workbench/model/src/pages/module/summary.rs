//! What a module declares, in the words of the interface.

use std::fmt;

use serde::Serialize;
use wasmelt_driver::{ExternIndex, FuncType, GlobalType, ImportType, Module, Source};

/// What there is to see of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The file, as the user named it.
    pub file: String,
    /// The module's name: its own, or the file's.
    pub name: String,
    /// Size of the binary module in bytes, also if the file is a text.
    pub size: u64,
    /// How many of each kind of thing there are.
    pub counts: Counts,
    /// Imports by the module they come from, in the order in which those first appear.
    pub imports: Vec<ImportGroup>,
    /// Exports, in order.
    pub exports: Vec<Item>,
}

/// How many of each kind of thing a module has. Imported ones are counted, except where the name says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Functions with a body.
    pub defined_functions: usize,
    /// Functions without.
    pub imported_functions: usize,
    /// Memories.
    pub memories: usize,
    /// Tables.
    pub tables: usize,
    /// Globals.
    pub globals: usize,
}

/// What is imported from one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportGroup {
    /// That module.
    pub module: String,
    /// The imports, in order.
    pub items: Vec<Item>,
}

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

impl Summary {
    /// The page of `module`, which was read from `source`.
    pub fn new(source: &Source, module: &Module) -> Summary {
        let imported_functions = module.imported_functions();
        Summary {
            file: source.display.clone(),
            name: module.name.clone(),
            size: module.bytes.len() as u64,
            counts: Counts {
                defined_functions: module.functions.len() - imported_functions,
                imported_functions,
                memories: module.memories.len(),
                tables: module.tables.len(),
                globals: module.globals.len(),
            },
            imports: import_groups(module),
            exports: exports(module),
        }
    }
}

fn import_groups(module: &Module) -> Vec<ImportGroup> {
    let mut groups: Vec<ImportGroup> = Vec::new();
    for import in &module.imports {
        let (kind, ty) = import_type(module, import.ty);
        let item = Item { name: import.name.clone(), kind, ty };
        match groups.iter_mut().find(|group| group.module == import.module) {
            Some(group) => group.items.push(item),
            None => groups.push(ImportGroup { module: import.module.clone(), items: vec![item] }),
        }
    }
    groups
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

fn exports(module: &Module) -> Vec<Item> {
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
    use super::*;

    fn page(text: &str) -> Summary {
        let source = Source::from_bytes("test.wat", text.as_bytes());
        let module = wasmelt_driver::parse(&source).unwrap();
        Summary::new(&source, &module)
    }

    fn item(name: &str, kind: ItemKind, ty: &str) -> Item {
        Item { name: name.to_owned(), kind, ty: ty.to_owned() }
    }

    #[test]
    fn imports_are_grouped_by_module_in_order() {
        let page = page(
            r#"(module
                (import "wasi" "b" (func (param i32 i64) (result f64)))
                (import "env" "memory" (memory 1 16))
                (import "wasi" "a" (func (result i32 i32)))
                (import "env" "base" (global i32)))"#,
        );
        let groups: Vec<_> = page.imports.iter().map(|group| (group.module.as_str(), &group.items[..])).collect();
        let (function, memory, global) = (ItemKind::Function, ItemKind::Memory, ItemKind::Global);
        let wasi = [item("b", function, "(i32, i64) -> f64"), item("a", function, "() -> (i32, i32)")];
        let env = [item("memory", memory, "1 to 16 pages"), item("base", global, "i32")];
        assert_eq!(groups, [("wasi", &wasi[..]), ("env", &env[..])]);
    }

    #[test]
    fn exports_have_kinds_and_types() {
        let page = page(
            r#"(module
                (memory (export "memory") 2)
                (table (export "table") 3 3 funcref)
                (global (export "counter") (mut i64) (i64.const 0))
                (func (export "run") (param f32)))"#,
        );
        let expected = [
            item("memory", ItemKind::Memory, "2 pages or more"),
            item("table", ItemKind::Table, "3 elements"),
            item("counter", ItemKind::Global, "mut i64"),
            item("run", ItemKind::Function, "(f32)"),
        ];
        assert_eq!(page.exports, expected);
    }

    #[test]
    fn imported_functions_are_counted_apart() {
        let page = page(r#"(module $m (import "a" "b" (func)) (func) (func) (memory 1) (table 0 funcref))"#);
        assert_eq!((page.counts.imported_functions, page.counts.defined_functions), (1, 2));
        assert_eq!((page.counts.memories, page.counts.tables, page.counts.globals), (1, 1, 0));
        assert_eq!((page.name.as_str(), page.file.as_str()), ("m", "test.wat"));
    }

    #[test]
    fn samples_are_modules() {
        for sample in super::super::SAMPLES {
            assert!(page(sample.text).counts.defined_functions > 0, "{}", sample.title);
        }
    }
}
