//! What stays: the sections that can be reached from the first instruction, through relocations.

use std::collections::{BTreeMap, BTreeSet};

use wasmelt_abi::{sections, symbols};
use wasmelt_targets::Architecture;

use crate::{
    LinkError, UndefinedSymbol,
    input::{Input, Relocation, Section, Value},
    relocate,
    resolve::{Resolution, SymbolId, SymbolTable},
};

/// A section of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SectionId {
    /// Index of the input.
    pub(crate) input: usize,
    /// Index of the section in the input.
    pub(crate) section: usize,
}

/// What stays.
#[derive(Debug, Default)]
pub(crate) struct Reachable {
    /// Sections, in order of the inputs.
    pub(crate) sections: BTreeSet<SectionId>,
    /// Definitions whose address is loaded from the global offset table.
    pub(crate) loaded_addresses: BTreeSet<SymbolId>,
}

/// Follows relocations from `_start`, the program header and the sections that stay in any case.
pub(crate) fn trace(
    inputs: &[Input<'_>],
    table: &SymbolTable<'_>,
    architecture: Architecture,
) -> Result<Reachable, LinkError> {
    let mut tracer = Tracer {
        inputs,
        table,
        architecture,
        reachable: Reachable::default(),
        pending: Vec::new(),
        undefined: BTreeMap::new(),
    };
    tracer.reach_roots()?;
    while let Some(id) = tracer.pending.pop() {
        tracer.follow(id);
    }
    if tracer.undefined.is_empty() {
        return Ok(tracer.reachable);
    }
    Err(LinkError::Undefined { symbols: tracer.undefined.into_values().collect() })
}

struct Tracer<'t, 'a> {
    inputs: &'t [Input<'a>],
    table: &'t SymbolTable<'a>,
    architecture: Architecture,
    reachable: Reachable,
    /// Reached, but not followed yet.
    pending: Vec<SectionId>,
    undefined: BTreeMap<&'a str, UndefinedSymbol>,
}

impl Tracer<'_, '_> {
    fn reach_roots(&mut self) -> Result<(), LinkError> {
        for symbol in [symbols::START, symbols::PROGRAM_HEADER] {
            let definition = self.table.global(symbol).ok_or(LinkError::MissingRoot { symbol })?;
            self.reach_definition(definition);
        }
        for (input, file) in self.inputs.iter().enumerate() {
            for (section, contents) in file.sections.iter().enumerate() {
                // Memories are reached by number, not by symbol.
                if contents.as_ref().is_some_and(|it| it.retained || it.name.starts_with(sections::MEMORY_PREFIX)) {
                    self.reach(SectionId { input, section });
                }
            }
        }
        Ok(())
    }

    fn reach(&mut self, id: SectionId) {
        if self.inputs[id.input].sections[id.section].is_some() && self.reachable.sections.insert(id) {
            self.pending.push(id);
        }
    }

    fn reach_definition(&mut self, definition: SymbolId) {
        if let Value::InSection { section, .. } = self.inputs[definition.input].symbols[definition.symbol].value {
            self.reach(SectionId { input: definition.input, section });
        }
    }

    fn follow(&mut self, id: SectionId) {
        let inputs = self.inputs;
        let Some(section) = &inputs[id.input].sections[id.section] else { return };
        for relocation in &section.relocations {
            self.follow_relocation(id, section, relocation);
        }
    }

    fn follow_relocation(&mut self, id: SectionId, section: &Section<'_>, relocation: &Relocation) {
        let inputs = self.inputs;
        let reference = SymbolId { input: id.input, symbol: relocation.symbol };
        match self.table.resolution(inputs, reference) {
            Resolution::Symbol(definition) => {
                self.reach_definition(definition);
                if relocate::loads_address(self.architecture, section, relocation) {
                    self.reachable.loaded_addresses.insert(definition);
                }
            }
            Resolution::Zero => {}
            Resolution::Undefined => {
                let name = inputs[id.input].symbol_name(relocation.symbol);
                self.undefined.entry(name).or_insert_with(|| UndefinedSymbol {
                    name: name.to_owned(),
                    place: inputs[id.input].place(id.section, relocation.offset),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use object::{Object, ObjectSymbol, SectionKind, write::SymbolSection};

    use super::*;
    use crate::testing::{TestObject, link_all, program, runtime, targets};

    fn symbol_names(executable: &[u8]) -> Vec<String> {
        let file = object::File::parse(executable).unwrap();
        file.symbols().map(|symbol| symbol.name().unwrap().to_owned()).collect()
    }

    #[test]
    fn what_nothing_refers_to_is_dropped() {
        for target in targets() {
            let names = symbol_names(&link_all(&[program(&target), runtime(&target)], &target).unwrap());
            assert!(names.iter().any(|name| name == "_start") && names.iter().any(|name| name == "main"));
            assert!(!names.iter().any(|name| name == symbols::TABLE_GROW));
        }
    }

    #[test]
    fn all_undefined_symbols_are_named_with_who_uses_them() {
        for target in targets() {
            let mut object = TestObject::new(&target);
            let start = object.section(".text", SectionKind::Text, "_start", &[0; 24]);
            object.address(start, 0, "b");
            object.address(start, 8, "a");
            object.address(start, 16, "b");
            let error = link_all(&[program(&target), object.finish()], &target).unwrap_err();
            let expected =
                "undefined symbols: `a` (used by `.text`+0x8 of input 1), `b` (used by `_start`+0x0 of input 1)";
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn unused_sections_may_refer_to_nothing_and_weak_symbols_are_zero() {
        for target in targets() {
            let mut object = TestObject::new(&target);
            let unused = object.section(".text.unused", SectionKind::Text, "unused", &[0; 8]);
            object.address(unused, 0, "nowhere");
            let start = object.section(".text", SectionKind::Text, "_start", &[0xff; 8]);
            object.symbol("perhaps", SymbolSection::Undefined, true);
            object.address(start, 0, "perhaps");
            assert!(link_all(&[program(&target), object.finish()], &target).is_ok());
        }
    }

    #[test]
    fn without_a_start_there_is_no_executable() {
        for target in targets() {
            let error = link_all(&[program(&target)], &target).unwrap_err();
            assert!(matches!(error, LinkError::MissingRoot { symbol: symbols::START }));
        }
    }
}
