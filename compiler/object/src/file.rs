//! The object under construction: sections, symbols, relocations.

use std::collections::BTreeMap;

use object::{
    SectionKind, SymbolFlags, SymbolKind, SymbolScope,
    write::{Mangling, Object, Relocation, SectionId, StandardSection, Symbol, SymbolId, SymbolSection},
};
use wasmelt_codegen::{RelocationKind, SymbolRef};
use wasmelt_targets::{ObjectFormat, Target};

use crate::{
    ObjectError,
    blob::{Address, Blob},
    format,
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
}

/// A place that holds an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reference {
    /// Bytes from the section's start.
    offset: u64,
    kind: RelocationKind,
    item: Item,
    addend: i64,
}

/// The object under construction.
#[derive(Debug)]
pub(crate) struct ObjectFile<'a> {
    format: ObjectFormat,
    object: Object<'a>,
    sections: BTreeMap<Section, SectionId>,
    symbols: BTreeMap<Item, SymbolId>,
    /// Symbols must be defined before a relocation refers to them, so that these are added last.
    references: Vec<(Section, Reference)>,
}

impl<'a> ObjectFile<'a> {
    /// The object `code`, which is for `target`, with empty sections for constant data.
    pub(crate) fn new(target: &Target, mut code: Object<'a>) -> ObjectFile<'a> {
        let format = target.system.object_format();
        // Symbols get the names that they are given.
        code.mangling = Mangling::None;
        if format == ObjectFormat::MachO {
            code.set_macho_build_version(format::macho_version());
        }
        let mut sections = BTreeMap::from([(Section::Text, code.section_id(StandardSection::Text))]);
        for section in Section::CONSTANT {
            let (segment, name) = format::section_name(format, section);
            let kind = SectionKind::ReadOnlyData;
            let id = code.add_section(segment.as_bytes().to_vec(), name.as_bytes().to_vec(), kind);
            sections.insert(section, id);
        }
        ObjectFile { format, object: code, sections, symbols: BTreeMap::new(), references: Vec::new() }
    }

    /// Makes `symbol`, which is a function of the code, the symbol of `item`, with a name and a size. Its offset in the text.
    pub(crate) fn name_function(&mut self, item: Item, symbol: SymbolId, name: &str, size: u64) -> u64 {
        self.symbols.insert(item, symbol);
        let symbol = self.object.symbol_mut(symbol);
        symbol.name = format::symbol_name(self.format, name);
        (symbol.kind, symbol.scope) = (symbol_kind(self.format, item), symbol_scope(item));
        symbol.size = size;
        symbol.value
    }

    /// Says that `offset` of the text holds the address of `item`, plus `addend`.
    pub(crate) fn refer(&mut self, offset: u64, kind: RelocationKind, item: Item, addend: i64) {
        self.references.push((Section::Text, Reference { offset, kind, item, addend }));
    }

    /// Appends `blob` to `section` at a multiple of `alignment`, as `item`.
    pub(crate) fn define(&mut self, section: Section, item: Item, blob: Blob, alignment: u64) {
        let offset = self.object.append_section_data(self.sections[&section], &blob.bytes, alignment);
        // Lossless: usize has at most 64 bits.
        self.define_at(section, item, offset, blob.bytes.len() as u64);
        for address in blob.addresses {
            let Address { offset: within, item, addend } = address;
            let (offset, kind) = (offset + within, RelocationKind::Absolute64);
            self.references.push((section, Reference { offset, kind, item, addend: addend.cast_signed() }));
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
        let (segment, name) = format::section_name(self.format, Section::State);
        let id = self.object.add_section(segment.as_bytes().to_vec(), name.as_bytes().to_vec(), kind);
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
        for (section, Reference { offset, kind, item, addend }) in std::mem::take(&mut self.references) {
            let (symbol, flags) = (self.symbol(item), format::relocation(self.format, kind));
            self.object.add_relocation(self.sections[&section], Relocation { offset, symbol, addend, flags })?;
        }
        self.check_definitions()?;
        let mut bytes = self.object.write()?;
        if self.format == ObjectFormat::MachO {
            format::join_functions(&mut bytes);
        }
        Ok(bytes)
    }

    /// The functions of the runtime that are referred to so far.
    pub(crate) fn runtime_functions(&self) -> impl Iterator<Item = &'static str> {
        self.references.iter().filter_map(|(_, reference)| match reference.item {
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
            None => self.declare(item, &symbols::item_name(item)),
        }
    }

    fn declare(&mut self, item: Item, name: &str) -> SymbolId {
        let symbol = self.object.add_symbol(Symbol {
            name: format::symbol_name(self.format, name),
            value: 0,
            size: 0,
            kind: symbol_kind(self.format, item),
            scope: symbol_scope(item),
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        self.symbols.insert(item, symbol);
        symbol
    }
}

fn symbol_kind(format: ObjectFormat, item: Item) -> SymbolKind {
    match item {
        Item::Code(SymbolRef::Function(_)) => SymbolKind::Text,
        // Not a second function at the same place, where symbols say what they name.
        Item::Text if format == ObjectFormat::Elf => SymbolKind::Label,
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
