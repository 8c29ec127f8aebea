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

    /// The symbol that `name` stands for in `function`.
    pub(crate) fn resolve(&self, function: &Function, name: &ExternalName) -> Option<SymbolRef> {
        let ExternalName::User(name) = name else { return None };
        let number = function.params.user_named_funcs()[*name].index;
        self.symbols.get(usize::try_from(number).ok()?).copied()
    }

    /// The symbols, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &SymbolRef> {
        self.symbols.iter()
    }
}
