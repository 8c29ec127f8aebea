//! Lists: which entry each body of a program became, and what its symbols are there.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wasmelt_abi::symbols;
use wasmelt_module::{
    Binding, BoundFunction, DataIndex, ElementIndex, FunctionIndex, InstanceIndex, Program, ProgramFunction,
    ProgramTable, TableIndex,
};

use super::FunctionKey;
use crate::{DataSymbol, FunctionKind, SymbolRef};

/// What a body became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) entry: FunctionKey,
    /// Distance of its first location from its start; `None` if it has no locations.
    first: Option<u32>,
    symbols: Vec<ListedSymbol>,
}

/// A symbol that code of bodies refers to; indices are those of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum ListedSymbol {
    Function(u32, u32),
    Runtime(String),
    State,
    FuncCells,
    Ancestors,
    ConstantTable(u32, u32),
    Elements(u32, u32),
    Data(u32, u32),
}

/// The symbols of the runtime that code may refer to.
pub(super) struct RuntimeSymbols(BTreeSet<&'static str>);

impl RuntimeSymbols {
    /// Those of `program`.
    pub(super) fn of(program: &Program) -> RuntimeSymbols {
        let imports = program.instances.iter().flat_map(|instance| &instance.imports);
        let hosts = imports.filter_map(|import| match import {
            Binding::Function(BoundFunction::Host(host)) => Some(host.symbol),
            _ => None,
        });
        RuntimeSymbols(symbols::RUNTIME.into_iter().chain(hosts).collect())
    }
}

impl Listed {
    /// `None` for what refers to symbols that no body does.
    pub(super) fn new(entry: FunctionKey, symbols: &[SymbolRef], base: u32, start: u32) -> Option<Listed> {
        let first = (base != NO_LOCATION).then(|| base.wrapping_sub(start));
        let symbols = symbols.iter().map(|symbol| ListedSymbol::of(*symbol)).collect::<Option<_>>()?;
        Some(Listed { entry, first, symbols })
    }

    /// The first location of a function whose body begins at `start`.
    pub(super) fn base(&self, start: u32) -> u32 {
        self.first.map_or(NO_LOCATION, |first| start.wrapping_add(first))
    }

    /// Its symbols; `None` if one is of another runtime's.
    pub(super) fn symbols(&self, runtime: &RuntimeSymbols) -> Option<Vec<SymbolRef>> {
        self.symbols.iter().map(|symbol| symbol.resolve(runtime)).collect()
    }
}

/// Cranelift's location of instructions without one.
const NO_LOCATION: u32 = u32::MAX;

impl ListedSymbol {
    fn of(symbol: SymbolRef) -> Option<ListedSymbol> {
        Some(match symbol {
            SymbolRef::Function(FunctionKind::Wasm(ProgramFunction { instance, function })) => {
                ListedSymbol::Function(instance.0, function.0)
            }
            SymbolRef::Function(_) => return None,
            SymbolRef::Runtime(name) => ListedSymbol::Runtime(name.to_owned()),
            SymbolRef::Data(symbol) => match symbol {
                DataSymbol::State => ListedSymbol::State,
                DataSymbol::FuncCells => ListedSymbol::FuncCells,
                DataSymbol::Ancestors => ListedSymbol::Ancestors,
                DataSymbol::ConstantTable(ProgramTable { instance, table }) => {
                    ListedSymbol::ConstantTable(instance.0, table.0)
                }
                DataSymbol::Elements(instance, segment) => ListedSymbol::Elements(instance.0, segment.0),
                DataSymbol::Data(instance, segment) => ListedSymbol::Data(instance.0, segment.0),
            },
        })
    }

    fn resolve(&self, runtime: &RuntimeSymbols) -> Option<SymbolRef> {
        let data = match *self {
            ListedSymbol::Function(instance, function) => {
                let (instance, function) = (InstanceIndex(instance), FunctionIndex(function));
                return Some(SymbolRef::Function(FunctionKind::Wasm(ProgramFunction { instance, function })));
            }
            ListedSymbol::Runtime(ref name) => return runtime.0.get(name.as_str()).copied().map(SymbolRef::Runtime),
            ListedSymbol::State => DataSymbol::State,
            ListedSymbol::FuncCells => DataSymbol::FuncCells,
            ListedSymbol::Ancestors => DataSymbol::Ancestors,
            ListedSymbol::ConstantTable(instance, table) => {
                DataSymbol::ConstantTable(ProgramTable { instance: InstanceIndex(instance), table: TableIndex(table) })
            }
            ListedSymbol::Elements(instance, segment) => {
                DataSymbol::Elements(InstanceIndex(instance), ElementIndex(segment))
            }
            ListedSymbol::Data(instance, segment) => DataSymbol::Data(InstanceIndex(instance), DataIndex(segment)),
        };
        Some(SymbolRef::Data(data))
    }
}

pub(super) fn write(list: &BTreeMap<FunctionKey, Listed>) -> Vec<u8> {
    postcard::to_allocvec(list).expect("invariant: there are no types in it that cannot be written")
}

pub(super) fn read(bytes: &[u8]) -> Option<BTreeMap<FunctionKey, Listed>> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_is_found() {
        let (instance, function) = (InstanceIndex(1), FunctionIndex(300));
        let table = ProgramTable { instance, table: TableIndex(2) };
        let symbols = [
            SymbolRef::Function(FunctionKind::Wasm(ProgramFunction { instance, function })),
            SymbolRef::Runtime("wasmelt_throw"),
            SymbolRef::Data(DataSymbol::State),
            SymbolRef::Data(DataSymbol::FuncCells),
            SymbolRef::Data(DataSymbol::Ancestors),
            SymbolRef::Data(DataSymbol::ConstantTable(table)),
            SymbolRef::Data(DataSymbol::Elements(instance, ElementIndex(3))),
            SymbolRef::Data(DataSymbol::Data(instance, DataIndex(4))),
        ];
        let listed = Listed::new([7; 32], &symbols, 110, 100).unwrap();
        let list = BTreeMap::from([([8; 32], listed)]);
        let read = read(&write(&list)).unwrap();
        assert_eq!(read, list);
        let runtime = RuntimeSymbols(BTreeSet::from(["wasmelt_throw"]));
        assert_eq!(read[&[8; 32]].symbols(&runtime).unwrap(), symbols);
        assert_eq!(read[&[8; 32]].base(200), 210);
        assert_eq!(read[&[8; 32]].symbols(&RuntimeSymbols(BTreeSet::new())), None);
    }

    #[test]
    fn what_only_the_compiler_makes_is_not_listed() {
        assert_eq!(Listed::new([7; 32], &[SymbolRef::Function(FunctionKind::Main)], 0, 0), None);
    }
}
