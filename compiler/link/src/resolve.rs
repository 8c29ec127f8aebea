//! Names to definitions.

use std::collections::HashMap;

use crate::{
    LinkError,
    input::{Binding, Input, Value},
};

/// A symbol of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SymbolId {
    /// Index of the input.
    pub(crate) input: usize,
    /// Index of the symbol in the input.
    pub(crate) symbol: usize,
}

/// The definitions that all inputs see.
#[derive(Debug)]
pub(crate) struct SymbolTable<'a> {
    /// Only looked up, never iterated: the order is not defined.
    globals: HashMap<&'a str, SymbolId>,
}

/// What a reference leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolution {
    /// This symbol, which is defined.
    Symbol(SymbolId),
    /// Nothing, which is right: the address is 0.
    Zero,
    /// Nothing, which is an error if the reference stays in the program.
    Undefined,
}

/// Collects the definitions.
pub(crate) fn resolve<'a>(inputs: &[Input<'a>]) -> Result<SymbolTable<'a>, LinkError> {
    let mut globals: HashMap<&str, SymbolId> = HashMap::new();
    for (input, file) in inputs.iter().enumerate() {
        for (symbol, definition) in file.symbols.iter().enumerate() {
            if definition.binding == Binding::Local || definition.value == Value::Undefined {
                continue;
            }
            let Some(&first) = globals.get(definition.name) else {
                globals.insert(definition.name, SymbolId { input, symbol });
                continue;
            };
            match (inputs[first.input].symbols[first.symbol].binding, definition.binding) {
                (Binding::Global, Binding::Global) => {
                    return Err(LinkError::Duplicate {
                        symbol: definition.name.to_owned(),
                        first: inputs[first.input].name.clone(),
                        second: file.name.clone(),
                    });
                }
                (Binding::Weak, Binding::Global) => {
                    globals.insert(definition.name, SymbolId { input, symbol });
                }
                // The first weak definition stays, and a global one stays whatever weak ones follow.
                _ => {}
            }
        }
    }
    Ok(SymbolTable { globals })
}

impl SymbolTable<'_> {
    /// The definition of a name that all inputs see.
    pub(crate) fn global(&self, name: &str) -> Option<SymbolId> {
        self.globals.get(name).copied()
    }

    /// What `reference` leads to.
    pub(crate) fn resolution(&self, inputs: &[Input<'_>], reference: SymbolId) -> Resolution {
        let symbol = &inputs[reference.input].symbols[reference.symbol];
        if symbol.binding == Binding::Local {
            return match symbol.value {
                Value::Undefined if reference.symbol == 0 => Resolution::Zero,
                Value::Undefined => Resolution::Undefined,
                _ => Resolution::Symbol(reference),
            };
        }
        match (self.global(symbol.name), symbol.binding) {
            (Some(definition), _) => Resolution::Symbol(definition),
            (None, Binding::Weak) => Resolution::Zero,
            (None, _) => Resolution::Undefined,
        }
    }
}

#[cfg(test)]
mod tests {
    use object::{SectionKind, write::SymbolSection};

    use super::*;
    use crate::testing::{TestObject, parse_all, targets};

    /// The number of the input whose definition of `it` wins, where each input's is weak or not.
    fn winner(weak: &[bool]) -> Result<usize, LinkError> {
        let target = targets().next().unwrap();
        let file = |&weak: &bool| {
            let mut object = TestObject::new(&target);
            let section = object.section(".text", SectionKind::Text, "", &[0; 4]);
            object.symbol("it", SymbolSection::Section(section), weak);
            object.finish()
        };
        let files: Vec<_> = weak.iter().map(file).collect();
        let inputs = parse_all(&files, &target)?;
        Ok(resolve(&inputs)?.global("it").unwrap().input)
    }

    #[test]
    fn global_definitions_win_over_weak_ones_and_the_first_over_later_ones() {
        for (weak, expected) in
            [(&[true, false][..], 1), (&[false, true], 0), (&[true, true], 0), (&[true, false, true], 1)]
        {
            assert_eq!(winner(weak).unwrap(), expected, "{weak:?}");
        }
    }

    #[test]
    fn two_global_definitions_are_an_error() {
        let error = winner(&[true, false, false]).unwrap_err();
        assert_eq!(error.to_string(), "`it` is defined by input 1 and by input 2");
    }
}
