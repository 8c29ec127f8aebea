//! Whether an item has the type that an import asks for (WebAssembly core specification, section 3.3 "Matching").
//!
//! Limits are matched against those that the exporting module *declares*. At run time a memory or table may have grown
//! beyond its declared minimum by the time a later instance imports it; but the bindings of a program are decided before it
//! runs, and the declared minimum is all that holds in every run.

use wasmparser::{GlobalType, MemoryType, TableType};

use super::{Binding, BoundFunction, Program, types::Scope};
use crate::ImportType;

/// Whether `provided` can be imported as `expected`, which is written in the types of `scope`.
pub(super) fn binding(program: &Program, provided: &Binding, scope: Scope<'_>, expected: &ImportType) -> bool {
    match (*provided, expected) {
        (Binding::Function(BoundFunction::Wasm(function)), ImportType::Function(ty)) => {
            program.types.is_subtype(program.function_type_id(function), scope.id(*ty))
        }
        (Binding::Function(BoundFunction::Host(host)), ImportType::Function(ty)) => {
            program.types.host_function(host) == Some(scope.id(*ty))
        }
        (Binding::Table(provided), ImportType::Table(ty)) => table(&program.table_type(provided), &scope.table(ty)),
        (Binding::Memory(provided), ImportType::Memory(ty)) => memory(program.memory_type(provided), ty),
        (Binding::Global(provided), ImportType::Global(ty)) => {
            global(program, &program.global_type(provided), &scope.global(ty))
        }
        // Exceptions are thrown with one type and caught with the other: there is no subtyping.
        (Binding::Tag(provided), ImportType::Tag(ty)) => program.tag_type_id(provided) == scope.id(*ty),
        _ => false,
    }
}

/// Mutable globals are invariant in their type, others covariant.
fn global(program: &Program, actual: &GlobalType, expected: &GlobalType) -> bool {
    match expected.mutable {
        true => actual == expected,
        false => !actual.mutable && program.types.matches(actual.content_type, expected.content_type),
    }
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
