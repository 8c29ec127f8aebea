//! Whether an item has the type that an import asks for (WebAssembly core specification, section 3.2.8 "Import Subtyping"
//! of version 2.0).
//!
//! Function types are equal or not: without reference subtyping there is nothing between.
//!
//! Limits are matched against those that the exporting module *declares*. At run time a memory or table may have grown
//! beyond its declared minimum by the time a later instance imports it; but the bindings of a program are decided before it
//! runs, and the declared minimum is all that holds in every run.

use wasmelt_abi::{HostFunction, HostType};
use wasmparser::{FuncType, MemoryType, TableType, ValType};

use super::{Binding, BoundFunction, Program};
use crate::{ImportType, Module};

/// Whether `provided` can be imported by `module` as `expected`.
pub(super) fn binding(program: &Program, provided: &Binding, module: &Module, expected: &ImportType) -> bool {
    match (*provided, expected) {
        (Binding::Function(BoundFunction::Wasm(function)), ImportType::Function(ty)) => {
            program.function_type(function) == &module.types[ty.index()]
        }
        (Binding::Function(BoundFunction::Host(host)), ImportType::Function(ty)) => {
            host_function(host, &module.types[ty.index()])
        }
        (Binding::Table(provided), ImportType::Table(ty)) => table(program.table_type(provided), ty),
        (Binding::Memory(provided), ImportType::Memory(ty)) => memory(program.memory_type(provided), ty),
        // Mutable globals are invariant in their type. Immutable ones would be covariant, but no type here has a subtype.
        (Binding::Global(provided), ImportType::Global(ty)) => program.global_type(provided) == ty,
        _ => false,
    }
}

fn host_function(host: &HostFunction, expected: &FuncType) -> bool {
    same_types(host.params, expected.params()) && same_types(host.results, expected.results())
}

fn table(actual: &TableType, expected: &TableType) -> bool {
    actual.element_type == expected.element_type
        && actual.table64 == expected.table64
        && actual.shared == expected.shared
        && limits((actual.initial, actual.maximum), (expected.initial, expected.maximum))
}

fn memory(actual: &MemoryType, expected: &MemoryType) -> bool {
    actual.memory64 == expected.memory64
        && actual.shared == expected.shared
        && page_size_log2(actual) == page_size_log2(expected)
        && limits((actual.initial, actual.maximum), (expected.initial, expected.maximum))
}

/// Of pages of 64 KiB the type may say so, or nothing.
fn page_size_log2(ty: &MemoryType) -> u32 {
    ty.page_size_log2.unwrap_or(16)
}

/// Whether `actual` are within `expected`: at least its minimum, and at most its maximum if it has one.
fn limits(actual: (u64, Option<u64>), expected: (u64, Option<u64>)) -> bool {
    let within_maximum = match (actual.1, expected.1) {
        (_, None) => true,
        (Some(actual), Some(expected)) => actual <= expected,
        (None, Some(_)) => false,
    };
    actual.0 >= expected.0 && within_maximum
}

fn same_types(host: &[HostType], wasm: &[ValType]) -> bool {
    host.len() == wasm.len() && host.iter().zip(wasm).all(|(host, wasm)| value_type(*host) == *wasm)
}

fn value_type(ty: HostType) -> ValType {
    match ty {
        HostType::I32 => ValType::I32,
        HostType::I64 => ValType::I64,
    }
}
