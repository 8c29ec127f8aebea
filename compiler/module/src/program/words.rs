//! Types in words, for error messages.

use wasmelt_abi::{HostFunction, HostType};
use wasmparser::{FuncType, GlobalType, MemoryType, TableType, ValType};

use super::{Binding, BoundFunction, Program};
use crate::{ExternIndex, ImportType, Module};

/// What an import of `module` has to be.
pub(super) fn import(module: &Module, ty: &ImportType) -> String {
    match ty {
        ImportType::Function(ty) => function(module.func_type(*ty)),
        ImportType::Table(ty) => table(ty),
        ImportType::Memory(ty) => memory(ty),
        ImportType::Global(ty) => global(ty),
        ImportType::Tag(ty) => tag(module.func_type(*ty)),
    }
}

/// What an item of `module` is.
pub(super) fn item(module: &Module, item: ExternIndex) -> String {
    match item {
        ExternIndex::Function(index) => function(module.function_type(index)),
        ExternIndex::Table(index) => table(&module.tables[index.index()].ty),
        ExternIndex::Memory(index) => memory(&module.memories[index.index()].ty),
        ExternIndex::Global(index) => global(&module.globals[index.index()].ty),
        ExternIndex::Tag(index) => tag(module.tag_type(index)),
    }
}

/// What a binding leads to.
pub(super) fn binding(program: &Program, binding: &Binding) -> String {
    match *binding {
        Binding::Function(BoundFunction::Wasm(index)) => function(program.function_type(index)),
        Binding::Function(BoundFunction::Host(host)) => host_function(host),
        Binding::Table(index) => table(&program.table_type(index)),
        Binding::Memory(index) => memory(program.memory_type(index)),
        Binding::Global(index) => global(&program.global_type(index)),
        Binding::Tag(index) => tag(program.tag_type(index)),
    }
}

/// `function (i32, i64) -> (i32)`
pub(super) fn function(ty: &FuncType) -> String {
    function_of(ty.params().iter().map(ValType::to_string), ty.results().iter().map(ValType::to_string))
}

/// The same for a function of the host.
fn host_function(function: &HostFunction) -> String {
    function_of(function.params.iter().map(host_type), function.results.iter().map(host_type))
}

/// `table of funcref with 1 to 8 elements`
fn table(ty: &TableType) -> String {
    let elements = limits(ty.initial, ty.maximum, "elements");
    let indices = if ty.table64 { " and 64-bit indices" } else { "" };
    format!("table of {} with {elements}{indices}", ValType::Ref(ty.element_type))
}

/// `memory with at least 1 page`
fn memory(ty: &MemoryType) -> String {
    let shared = if ty.shared { "shared " } else { "" };
    let pages = limits(ty.initial, ty.maximum, "pages");
    let page_size = ty.page_size_log2.map(|log2| format!(" of 2^{log2} bytes")).unwrap_or_default();
    let addresses = if ty.memory64 { " and 64-bit addresses" } else { "" };
    format!("{shared}memory with {pages}{page_size}{addresses}")
}

/// `mutable global i32`
fn global(ty: &GlobalType) -> String {
    let mutability = if ty.mutable { "mutable" } else { "constant" };
    format!("{mutability} global {}", ty.content_type)
}

/// `tag (i32, i64)`
fn tag(ty: &FuncType) -> String {
    let params: Vec<_> = ty.params().iter().map(ValType::to_string).collect();
    format!("tag ({})", params.join(", "))
}

fn function_of(params: impl Iterator<Item = String>, results: impl Iterator<Item = String>) -> String {
    let (params, results): (Vec<_>, Vec<_>) = (params.collect(), results.collect());
    format!("function ({}) -> ({})", params.join(", "), results.join(", "))
}

fn host_type(ty: &HostType) -> String {
    match ty {
        HostType::I32 => String::from("i32"),
        HostType::I64 => String::from("i64"),
    }
}

/// How many of `things`, a plural in s, there have to be.
fn limits(minimum: u64, maximum: Option<u64>, things: &str) -> String {
    let things = if maximum.unwrap_or(minimum) == 1 { things.trim_end_matches('s') } else { things };
    match maximum {
        Some(maximum) => format!("{minimum} to {maximum} {things}"),
        None => format!("at least {minimum} {things}"),
    }
}
