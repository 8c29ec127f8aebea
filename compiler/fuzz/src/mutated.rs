//! Modules with changes, for the compiler to withstand.

use wasm_mutate::WasmMutate;
use wasmelt_testing::{Random, mutate};

/// The module that `seed` makes of `bytes`: by changing bytes, or by changing it so that it stays valid.
pub fn mutated(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    match random.below(3) {
        0 => valid_mutation(bytes, random.number()).unwrap_or_else(|| mutate(bytes, &mut random)),
        _ => mutate(bytes, &mut random),
    }
}

fn valid_mutation(bytes: &[u8], seed: u64) -> Option<Vec<u8>> {
    const FUEL: u64 = 1000;
    let mut mutator = WasmMutate::default();
    mutator.seed(seed).fuel(FUEL);
    mutator.run(bytes).ok()?.next()?.ok()
}
