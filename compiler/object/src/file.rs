//! The ELF object under construction: sections, symbols, relocations.

use std::collections::BTreeMap;

use object::{
    BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf,
    write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection},
};
use wasmelt_abi::sections;
use wasmelt_codegen::{RelocationKind, SymbolRef};
use wasmelt_targets::{Architecture, Target};

use crate::{
    ObjectError,
    blob::Blob,
    item::Item,
    symbols::{self, FunctionNames},
};

/// A section that there is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Text,
    Constants,
    State,
    Traps,
    Grants,
}

impl Section {
    const ALL: [Section; 5] = [Section::Text, Section::Constants, Section::State, Section::Traps, Section::Grants];

    fn name(self) -> &'static str {
        match self {
            Section::Text => sections::TEXT,
            Section::Constants => sections::CONSTANTS,
            Section::State => sections::STATE,
            Section::Traps => sections::TRAPS,
            Section::Grants => sections::GRANTS,
        }
    }

    fn kind(self) -> SectionKind {
        match self {
            Section::Text => SectionKind::Text,
            Section::Constants | Section::Traps | Section::Grants => SectionKind::ReadOnlyData,
            Section::State => SectionKind::Data,
        }
    }
}

/// A place in code or data that holds an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Bytes from the section's start.
    pub(crate) offset: u64,
    pub(crate) kind: RelocationKind,
    pub(crate) item: Item,
    pub(crate) addend: i64,
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
    /// An object with empty sections and the functions' symbols.
    pub(crate) fn new(target: &Target, names: &FunctionNames) -> ObjectFile<'a> {
        let architecture = match target.architecture {
            Architecture::X86_64 => object::Architecture::X86_64,
            Architecture::Aarch64 => object::Architecture::Aarch64,
        };
        let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
        let mut section = |section: Section| {
            (section, object.add_section(Vec::new(), section.name().as_bytes().to_vec(), section.kind()))
        };
        let sections = Section::ALL.map(&mut section).into_iter().collect();
        let mut file = ObjectFile { object, sections, symbols: BTreeMap::new(), references: Vec::new() };
        for (kind, name) in names.iter() {
            file.declare(Item::function(kind), name.to_owned());
        }
        file
    }

    /// Appends `blob` to `section` at a multiple of `alignment`, as `item`.
    pub(crate) fn define(&mut self, section: Section, item: Item, blob: Blob, alignment: u64) {
        let id = self.sections[&section];
        let offset = self.object.append_section_data(id, &blob.bytes, alignment);
        // Lossless: usize has at most 64 bits.
        self.define_at(section, item, offset, blob.bytes.len() as u64);
        for address in blob.addresses {
            let reference = Reference {
                offset: offset + address.offset,
                kind: RelocationKind::Absolute64,
                item: address.item,
                addend: address.addend.cast_signed(),
            };
            self.refer(section, reference);
        }
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

    /// Adds the address of an item to the contents of `section`.
    pub(crate) fn refer(&mut self, section: Section, reference: Reference) {
        self.references.push((self.sections[&section], reference));
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
            let flags = RelocationFlags::Elf { r_type: relocation_number(reference.kind, self.object.architecture()) };
            let Reference { offset, addend, .. } = reference;
            self.object.add_relocation(section, Relocation { offset, symbol, addend, flags })?;
        }
        self.check_definitions()?;
        Ok(self.object.write()?)
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
        let kind = match item {
            Item::Code(SymbolRef::Function(_)) => SymbolKind::Text,
            Item::Text => SymbolKind::Label,
            Item::Code(SymbolRef::Runtime(_)) => SymbolKind::Unknown,
            _ => SymbolKind::Data,
        };
        let scope = match item {
            Item::Header | Item::Script => SymbolScope::Linkage,
            Item::Code(SymbolRef::Runtime(_)) => SymbolScope::Unknown,
            _ => SymbolScope::Compilation,
        };
        let symbol = self.object.add_symbol(Symbol {
            name: name.into_bytes(),
            value: 0,
            size: 0,
            kind,
            scope,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        self.symbols.insert(item, symbol);
        symbol
    }
}

/// The number of a relocation in the processor's ELF supplement.
fn relocation_number(kind: RelocationKind, architecture: object::Architecture) -> u32 {
    match kind {
        RelocationKind::Absolute64 if architecture == object::Architecture::X86_64 => elf::R_X86_64_64,
        RelocationKind::Absolute64 => elf::R_AARCH64_ABS64,
        RelocationKind::X86Relative32 => elf::R_X86_64_PC32,
        RelocationKind::X86Call32 => elf::R_X86_64_PLT32,
        RelocationKind::Aarch64Call26 => elf::R_AARCH64_CALL26,
        RelocationKind::Aarch64AdrPage21 => elf::R_AARCH64_ADR_PREL_PG_HI21,
        RelocationKind::Aarch64AddLow12 => elf::R_AARCH64_ADD_ABS_LO12_NC,
    }
}
