//! The ELF object under construction: sections, symbols, relocations.

use std::collections::BTreeMap;

use object::{
    RelocationEncoding, RelocationFlags, RelocationKind, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
    write::{Object, Relocation, SectionId, StandardSection, Symbol, SymbolId, SymbolSection},
};
use wasmelt_abi::sections;
use wasmelt_codegen::{FunctionKind, SymbolRef};

use crate::{
    ObjectError,
    blob::{Address, Blob},
    item::Item,
    symbols,
};

/// A section that there is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Text,
    Constants,
    State,
    Traps,
    Handlers,
    Grants,
}

impl Section {
    /// Those of constant data. Whether the state is data or zeros is known when it is defined.
    const CONSTANT: [Section; 4] = [Section::Constants, Section::Traps, Section::Handlers, Section::Grants];

    fn name(self) -> &'static str {
        match self {
            Section::Text => sections::TEXT,
            Section::Constants => sections::CONSTANTS,
            Section::State => sections::STATE,
            Section::Traps => sections::TRAPS,
            Section::Handlers => sections::HANDLERS,
            Section::Grants => sections::GRANTS,
        }
    }
}

/// A place in data that holds an address, in 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reference {
    /// Bytes from the section's start.
    offset: u64,
    item: Item,
    addend: i64,
}

/// The object under construction.
#[derive(Debug)]
pub(crate) struct ObjectFile<'a> {
    object: Object<'a>,
    sections: BTreeMap<Section, SectionId>,
    symbols: BTreeMap<Item, SymbolId>,
    /// Symbols must be defined before a relocation refers to them, so that these are added last.
    references: Vec<(SectionId, Reference)>,
}

impl<'a> ObjectFile<'a> {
    /// The object `code`, with empty sections for constant data. `symbols` are what its code defines or refers to.
    pub(crate) fn new(mut code: Object<'a>, symbols: BTreeMap<Item, SymbolId>) -> ObjectFile<'a> {
        let mut sections = BTreeMap::from([(Section::Text, code.section_id(StandardSection::Text))]);
        for section in Section::CONSTANT {
            let name = section.name().as_bytes().to_vec();
            let id = code.add_section(Vec::new(), name, SectionKind::ReadOnlyData);
            sections.insert(section, id);
        }
        for (&item, &symbol) in &symbols {
            let symbol = code.symbol_mut(symbol);
            (symbol.kind, symbol.scope) = (symbol_kind(item), symbol_scope(item));
        }
        ObjectFile { object: code, sections, symbols, references: Vec::new() }
    }

    /// Names a function of the code and sets its size; its offset in the text.
    pub(crate) fn finish_function(&mut self, kind: FunctionKind, name: &str, size: u64) -> u64 {
        let symbol = self.symbol(Item::function(kind));
        let symbol = self.object.symbol_mut(symbol);
        symbol.name = name.as_bytes().to_vec();
        symbol.size = size;
        symbol.value
    }

    /// Appends `blob` to `section` at a multiple of `alignment`, as `item`.
    pub(crate) fn define(&mut self, section: Section, item: Item, blob: Blob, alignment: u64) {
        let id = self.sections[&section];
        let offset = self.object.append_section_data(id, &blob.bytes, alignment);
        // Lossless: usize has at most 64 bits.
        self.define_at(section, item, offset, blob.bytes.len() as u64);
        for address in blob.addresses {
            let Address { offset: within, item, addend } = address;
            let reference = Reference { offset: offset + within, item, addend: addend.cast_signed() };
            self.references.push((id, reference));
        }
    }

    /// Makes `item` the section of state, of `size` bytes that are zero at first.
    pub(crate) fn define_zeros(&mut self, item: Item, size: u64, alignment: u64) {
        let id = self.add_state(SectionKind::UninitializedData);
        let offset = self.object.append_section_bss(id, size, alignment);
        self.define_at(Section::State, item, offset, size);
    }

    /// Makes `blob` the section of state, as `item`.
    pub(crate) fn define_state(&mut self, item: Item, blob: Blob, alignment: u64) {
        self.add_state(SectionKind::Data);
        self.define(Section::State, item, blob, alignment);
    }

    fn add_state(&mut self, kind: SectionKind) -> SectionId {
        let id = self.object.add_section(Vec::new(), Section::State.name().as_bytes().to_vec(), kind);
        self.sections.insert(Section::State, id);
        id
    }

    /// Sets the contents of a section that is still empty.
    pub(crate) fn fill(&mut self, section: Section, bytes: Vec<u8>, alignment: u64) {
        self.object.set_section_data(self.sections[&section], bytes, alignment);
    }

    /// Says that `item` is the `size` bytes at `offset` of `section`.
    pub(crate) fn define_at(&mut self, section: Section, item: Item, offset: u64, size: u64) {
        let symbol = self.symbol(item);
        self.object.set_symbol_data(symbol, self.sections[&section], offset, size);
    }

    /// Adds a section of variables with initial contents.
    pub(crate) fn add_data_section(&mut self, name: String, bytes: &'a [u8], alignment: u64) {
        let id = self.object.add_section(Vec::new(), name.into_bytes(), SectionKind::Data);
        self.object.set_section_data(id, bytes, alignment);
    }

    /// Adds a section of variables that are zero.
    pub(crate) fn add_zero_section(&mut self, name: String, size: u64, alignment: u64) {
        let id = self.object.add_section(Vec::new(), name.into_bytes(), SectionKind::UninitializedData);
        self.object.append_section_bss(id, size, alignment);
    }

    /// The object's bytes.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, ObjectError> {
        for (section, reference) in std::mem::take(&mut self.references) {
            let symbol = self.symbol(reference.item);
            let Reference { offset, addend, .. } = reference;
            self.object.add_relocation(section, Relocation { offset, symbol, addend, flags: ADDRESS })?;
        }
        self.check_definitions()?;
        Ok(self.object.write()?)
    }

    /// The functions of the runtime that are referred to so far.
    pub(crate) fn runtime_functions(&self) -> impl Iterator<Item = &'static str> {
        let placed = self.symbols.keys().copied().chain(self.references.iter().map(|(_, reference)| reference.item));
        placed.filter_map(|item| match item {
            Item::Code(SymbolRef::Runtime(symbol)) => Some(symbol),
            _ => None,
        })
    }

    /// What is not the runtime's has to be defined here.
    fn check_definitions(&self) -> Result<(), ObjectError> {
        for (&item, &symbol) in &self.symbols {
            let symbol = self.object.symbol(symbol);
            if symbol.is_undefined() && !matches!(item, Item::Code(SymbolRef::Runtime(_))) {
                return Err(ObjectError::Undefined { symbol: String::from_utf8_lossy(&symbol.name).into_owned() });
            }
        }
        Ok(())
    }

    fn symbol(&mut self, item: Item) -> SymbolId {
        match self.symbols.get(&item) {
            Some(&symbol) => symbol,
            None => self.declare(item, symbols::item_name(item)),
        }
    }

    fn declare(&mut self, item: Item, name: String) -> SymbolId {
        let symbol = self.object.add_symbol(Symbol {
            name: name.into_bytes(),
            value: 0,
            size: 0,
            kind: symbol_kind(item),
            scope: symbol_scope(item),
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        self.symbols.insert(item, symbol);
        symbol
    }
}

/// The relocation of an address in data.
const ADDRESS: RelocationFlags =
    RelocationFlags::Generic { kind: RelocationKind::Absolute, encoding: RelocationEncoding::Generic, size: 64 };

fn symbol_kind(item: Item) -> SymbolKind {
    match item {
        Item::Code(SymbolRef::Function(_)) => SymbolKind::Text,
        Item::Text => SymbolKind::Label,
        Item::Code(SymbolRef::Runtime(_)) => SymbolKind::Unknown,
        _ => SymbolKind::Data,
    }
}

fn symbol_scope(item: Item) -> SymbolScope {
    match item {
        Item::Header | Item::Script => SymbolScope::Linkage,
        Item::Code(SymbolRef::Runtime(_)) => SymbolScope::Unknown,
        _ => SymbolScope::Compilation,
    }
}
