//! The symbols that a function refers to: numbers in CLIF, [`SymbolRef`]s outside.
//!
//! Each function numbers its symbols in order of first use, so that its CLIF does not depend on the rest of the program.

use std::collections::HashMap;

use cranelift_codegen::ir::{ExternalName, Function, UserExternalName};

use crate::SymbolRef;

/// The namespace of all symbols in CLIF: it prints as `u0:number`.
const NAMESPACE: u32 = 0;

/// The symbols of a function.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    symbols: Vec<SymbolRef>,
    numbers: HashMap<SymbolRef, u32>,
}

impl Symbols {
    /// The name that `symbol` has in `function`.
    pub(crate) fn declare(&mut self, function: &mut Function, symbol: SymbolRef) -> ExternalName {
        let number = *self.numbers.entry(symbol).or_insert_with(|| {
            self.symbols.push(symbol);
            u32::try_from(self.symbols.len() - 1).expect("invariant: a function has fewer than 2³² symbols")
        });
        ExternalName::user(function.declare_imported_user_function(UserExternalName::new(NAMESPACE, number)))
    }

    /// The symbols, by number.
    pub(crate) fn as_slice(&self) -> &[SymbolRef] {
        &self.symbols
    }
}

/// The number of the symbol that `name` stands for in `function`.
pub(crate) fn number(function: &Function, name: &ExternalName) -> Option<u32> {
    let ExternalName::User(name) = name else { return None };
    Some(function.params.user_named_funcs()[*name].index)
}
