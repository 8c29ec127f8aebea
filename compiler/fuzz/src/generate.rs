//! A seed becomes a module. This is the one place that says what generated modules may use.

use arbitrary::Unstructured;
use wasm_smith::{Config, Module};
use wasmelt_module::ACCEPTED_FEATURES;
use wasmelt_testing::Random;
use wasmparser::WasmFeatures;

/// How many loop iterations and calls a generated module may make in all before it traps.
const FUEL: u32 = 10_000;

/// The module of `seed` for execution by two engines: it ends, and its results are determined.
pub fn comparable(seed: u64) -> Vec<u8> {
    // A wait for another thread may never end, and relaxed operators differ between processors.
    let undetermined = WasmFeatures::THREADS.union(WasmFeatures::RELAXED_SIMD);
    let mut module = generate(seed, config(ACCEPTED_FEATURES.difference(undetermined)));
    module.ensure_termination(FUEL).expect("invariant: all functions are generated instruction by instruction");
    module.to_bytes()
}

/// The module of `seed` for compilation only: with everything that the compiler accepts.
pub fn compilable(seed: u64) -> Vec<u8> {
    generate(seed, config(ACCEPTED_FEATURES)).to_bytes()
}

fn generate(seed: u64, config: Config) -> Module {
    const SMALLEST: usize = 256;
    const LARGEST: usize = 16 << 10;
    let mut random = Random::new(seed);
    let length = SMALLEST + random.below(LARGEST - SMALLEST);
    let bytes = random.bytes(length);
    let variety = Config { max_memories: 1 + random.below(3), ..config };
    Module::new(variety, &mut Unstructured::new(&bytes)).expect("invariant: there are more than enough bytes")
}

fn config(features: WasmFeatures) -> Config {
    let has = |feature| features.contains(feature);
    Config {
        bulk_memory_enabled: has(WasmFeatures::BULK_MEMORY),
        compact_imports_enabled: has(WasmFeatures::COMPACT_IMPORTS),
        custom_page_sizes_enabled: has(WasmFeatures::CUSTOM_PAGE_SIZES),
        exceptions_enabled: has(WasmFeatures::EXCEPTIONS),
        extended_const_enabled: has(WasmFeatures::EXTENDED_CONST),
        gc_enabled: has(WasmFeatures::GC.union(WasmFeatures::FUNCTION_REFERENCES)),
        memory64_enabled: has(WasmFeatures::MEMORY64),
        multi_value_enabled: has(WasmFeatures::MULTI_VALUE),
        reference_types_enabled: has(WasmFeatures::REFERENCE_TYPES),
        relaxed_simd_enabled: has(WasmFeatures::RELAXED_SIMD),
        saturating_float_to_int_enabled: has(WasmFeatures::SATURATING_FLOAT_TO_INT),
        sign_extension_ops_enabled: has(WasmFeatures::SIGN_EXTENSION),
        simd_enabled: has(WasmFeatures::SIMD),
        tail_call_enabled: has(WasmFeatures::TAIL_CALL),
        threads_enabled: has(WasmFeatures::THREADS),
        wide_arithmetic_enabled: has(WasmFeatures::WIDE_ARITHMETIC),
        ..limits()
    }
}

/// What keeps modules small, and their results the same on every machine.
fn limits() -> Config {
    const MEMORY_BYTES: u32 = 4 << 16;
    Config {
        canonicalize_nans: true,
        export_everything: true,
        max_imports: 0,
        min_funcs: 1,
        max_funcs: 20,
        max_instructions: 200,
        max_memory32_bytes: u64::from(MEMORY_BYTES),
        max_memory64_bytes: u128::from(MEMORY_BYTES),
        memory_max_size_required: true,
        max_tables: 4,
        max_table_elements: 1000,
        table_max_size_required: true,
        ..Config::default()
    }
}
