//! Signature numbers: equal types have equal numbers in the whole program.

use std::collections::HashMap;

use wasmelt_module::{FuncType, Program};

/// The function types of a program, each once, in order of first appearance.
#[derive(Debug)]
pub(super) struct Signatures {
    types: Vec<FuncType>,
    numbers: HashMap<FuncType, u32>,
}

impl Signatures {
    /// The types of all modules. A host function that a module imports has the type of the import, so that it is among
    /// them.
    pub(super) fn of(program: &Program) -> Signatures {
        let mut signatures = Signatures { types: Vec::new(), numbers: HashMap::new() };
        for ty in program.modules.iter().flat_map(|module| &module.types) {
            if !signatures.numbers.contains_key(ty) {
                signatures.types.push(ty.clone());
                // Number 0 is the null signature, so that the first type has number 1.
                let number = u32::try_from(signatures.types.len());
                signatures.numbers.insert(ty.clone(), number.expect("invariant: programs have fewer than 2³² types"));
            }
        }
        signatures
    }

    /// The types; that of number `k` at position `k` − 1.
    pub(super) fn types(&self) -> &[FuncType] {
        &self.types
    }

    /// The number of `ty`.
    pub(super) fn number(&self, ty: &FuncType) -> Option<u32> {
        self.numbers.get(ty).copied()
    }
}
