//! Which WebAssembly proposals are accepted, and what the others are called.

use wasmparser::{Validator, WasmFeatures};

/// What modules may use: WebAssembly 2.0 (sign extension, saturating conversions, multi-value, bulk memory, reference types,
/// fixed-width SIMD) and, of what came later, extended constant expressions, tail calls, several memories, relaxed SIMD,
/// wide arithmetic, typed function references, garbage collection, exceptions in their old and new encoding, memories and tables
/// with 64-bit indices, pages of one byte, and the threads proposal's atomic accesses and shared memories.
pub const ACCEPTED: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::WIDE_ARITHMETIC)
    .union(WasmFeatures::THREADS)
    .union(WasmFeatures::FUNCTION_REFERENCES)
    .union(WasmFeatures::GC)
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::EXCEPTIONS)
    .union(WasmFeatures::LEGACY_EXCEPTIONS)
    .union(WasmFeatures::MEMORY64)
    .union(WasmFeatures::CUSTOM_PAGE_SIZES);

/// The proposals among those, by the names under which they are known.
pub(crate) const NAMED: [(WasmFeatures, &str); 18] = [
    (WasmFeatures::SIGN_EXTENSION, "sign extension"),
    (WasmFeatures::SATURATING_FLOAT_TO_INT, "saturating conversions"),
    (WasmFeatures::MULTI_VALUE, "multi-value"),
    (WasmFeatures::BULK_MEMORY, "bulk memory"),
    (WasmFeatures::REFERENCE_TYPES, "reference types"),
    (WasmFeatures::SIMD, "SIMD"),
    (WasmFeatures::EXTENDED_CONST, "extended constant expressions"),
    (WasmFeatures::TAIL_CALL, "tail calls"),
    (WasmFeatures::MULTI_MEMORY, "several memories"),
    (WasmFeatures::RELAXED_SIMD, "relaxed SIMD"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide arithmetic"),
    (WasmFeatures::THREADS, "threads"),
    (WasmFeatures::FUNCTION_REFERENCES, "typed function references"),
    (WasmFeatures::GC, "garbage collection"),
    (WasmFeatures::EXCEPTIONS, "exceptions"),
    (WasmFeatures::LEGACY_EXCEPTIONS, "legacy exceptions"),
    (WasmFeatures::MEMORY64, "64-bit memories"),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "custom page sizes"),
];

/// The proposals that the validator knows and modules may not use, by the names under which they are known.
const REFUSED: [(WasmFeatures, &str); 7] = [
    (WasmFeatures::MEMORY_CONTROL, "memory control"),
    (WasmFeatures::STACK_SWITCHING, "stack switching"),
    (WasmFeatures::SHARED_EVERYTHING_THREADS, "shared-everything threads"),
    (WasmFeatures::CUSTOM_DESCRIPTORS, "custom descriptors"),
    (WasmFeatures::COMPACT_IMPORTS, "compact import section"),
    (WasmFeatures::ACQUIRE_RELEASE_ATOMICS, "acquire-release atomics"),
    (WasmFeatures::MULTIBYTE_ARRAY_ACCESS, "multibyte array access"),
];

/// The name of the proposal in `features`, if it is one that modules may not use.
pub(crate) fn refused_proposal(features: WasmFeatures) -> Option<&'static str> {
    REFUSED.iter().find(|(proposal, _)| features.intersects(*proposal)).map(|(_, name)| *name)
}

/// The proposals without which a module that is not valid with the accepted ones would not be valid either; `None` if no
/// proposal makes it valid. Where either of two proposals would do, neither is listed.
///
/// This validates up to 8 times: it is for the way to an error message.
pub(crate) fn needed_proposals(bytes: &[u8]) -> Option<Vec<&'static str>> {
    let known = REFUSED.iter().fold(ACCEPTED, |features, (proposal, _)| features.union(*proposal));
    let valid = |features| Validator::new_with_features(features).validate_all(bytes).is_ok();
    if !valid(known) {
        return None;
    }
    let needed = REFUSED.iter().filter(|(proposal, _)| !valid(known.difference(*proposal)));
    Some(needed.map(|(_, name)| *name).collect())
}
