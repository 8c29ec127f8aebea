//! Small inputs for tests.

use std::mem::offset_of;

use object::{
    BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf,
    write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection},
};
use wasmelt_abi::{ABI_VERSION, MemoryState, PROGRAM_MAGIC, ProgramHeader, grants, sections, symbols};
use wasmelt_targets::{Architecture, Target};

use crate::{LinkError, LinkOptions, Symbols, input::Input, link_inputs};

/// The portable targets of all architectures.
pub(crate) fn targets() -> impl Iterator<Item = Target> {
    Architecture::ALL.into_iter().map(Target::baseline)
}

/// Links inputs that are called `input 0`, `input 1`…
pub(crate) fn link_all(files: &[Vec<u8>], target: &Target) -> Result<Vec<u8>, LinkError> {
    link_inputs(&parse_all(files, target)?, target, &LinkOptions { symbols: Symbols::Keep, origin: b"" })
}

/// Reads inputs that are called `input 0`, `input 1`…
pub(crate) fn parse_all<'a>(files: &'a [Vec<u8>], target: &Target) -> Result<Vec<Input<'a>>, LinkError> {
    let parse = |(number, bytes): (usize, &'a Vec<u8>)| Input::parse(&format!("input {number}"), bytes, target);
    files.iter().enumerate().map(parse).collect()
}

/// An object file under construction.
pub(crate) struct TestObject {
    object: Object<'static>,
    absolute_64: u32,
}

impl TestObject {
    /// An empty one.
    pub(crate) fn new(target: &Target) -> TestObject {
        let (architecture, absolute_64) = match target.architecture {
            Architecture::X86_64 => (object::Architecture::X86_64, elf::R_X86_64_64),
            Architecture::Aarch64 => (object::Architecture::Aarch64, elf::R_AARCH64_ABS64),
        };
        TestObject { object: Object::new(BinaryFormat::Elf, architecture, Endianness::Little), absolute_64 }
    }

    /// Adds a section, and a symbol for it unless `symbol` is empty.
    pub(crate) fn section(&mut self, name: &str, kind: SectionKind, symbol: &str, bytes: &[u8]) -> SectionId {
        let section = self.object.add_section(Vec::new(), name.as_bytes().to_vec(), kind);
        match kind.is_bss() {
            true => self.object.append_section_bss(section, bytes.len() as u64, 16),
            false => self.object.append_section_data(section, bytes, 16),
        };
        if !symbol.is_empty() {
            self.symbol(symbol, SymbolSection::Section(section), false);
        }
        section
    }

    /// Adds a global symbol.
    pub(crate) fn symbol(&mut self, name: &str, section: SymbolSection, weak: bool) -> SymbolId {
        self.object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size: 8,
            kind: SymbolKind::Text,
            scope: SymbolScope::Linkage,
            weak,
            section,
            flags: SymbolFlags::None,
        })
    }

    /// Lets a section hold the address of `symbol`, which is undefined unless it was added before.
    pub(crate) fn address(&mut self, section: SectionId, offset: u64, symbol: &str) {
        self.relocation(section, offset, self.absolute_64, symbol);
    }

    /// Adds a relocation of any kind.
    pub(crate) fn relocation(&mut self, section: SectionId, offset: u64, r_type: u32, symbol: &str) {
        let known = self.object.symbol_id(symbol.as_bytes());
        let symbol = known.unwrap_or_else(|| self.symbol(symbol, SymbolSection::Undefined, false));
        let relocation = Relocation { offset, symbol, addend: 0, flags: RelocationFlags::Elf { r_type } };
        self.object.add_relocation(section, relocation).unwrap();
    }

    /// The object's bytes.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.object.write().unwrap()
    }
}

/// A runtime whose `_start` refers to the program and to nothing else.
pub(crate) fn runtime(target: &Target) -> Vec<u8> {
    let mut object = TestObject::new(target);
    let start = object.section(".text._start", SectionKind::Text, symbols::START, &[0; 16]);
    object.address(start, 8, symbols::PROGRAM_HEADER);
    object.section(".text.unused", SectionKind::Text, symbols::TABLE_GROW, &[1; 16]);
    object.finish()
}

/// A program with one memory of 128 KiB, which the kernel maps.
pub(crate) fn program(target: &Target) -> Vec<u8> {
    program_with_image(target, usize::try_from(target.address_space().page_size).unwrap())
}

/// The same, with so many bytes of an image in its memory.
pub(crate) fn program_with_image(target: &Target, image: usize) -> Vec<u8> {
    const MEMORY: usize = 128 << 10;
    let mut object = TestObject::new(target);
    object.section(sections::TEXT, SectionKind::Text, "main", &[0; 16]);
    object.section(sections::STATE, SectionKind::Data, "state", &memory_state(target, MEMORY as u64));
    object.section(sections::TRAPS, SectionKind::ReadOnlyData, "traps", &[0; 12]);
    object.section(sections::GRANTS, SectionKind::ReadOnlyData, "grants", &grants_table());
    if image != 0 {
        object.section(".wasmelt.memory.0.0", SectionKind::Data, "", &vec![7; image]);
    }
    let zeros = format!(".wasmelt.memory.0.{image:x}");
    object.section(&zeros, SectionKind::UninitializedData, "", &vec![0; MEMORY - image]);

    let mut header = vec![0; size_of::<ProgramHeader>()];
    header[..8].copy_from_slice(&PROGRAM_MAGIC);
    put(&mut header, offset_of!(ProgramHeader, abi_version), &ABI_VERSION.to_le_bytes());
    put(&mut header, offset_of!(ProgramHeader, memory_count), &1u32.to_le_bytes());
    put(&mut header, offset_of!(ProgramHeader, trap_table_bytes), &12u64.to_le_bytes());
    let header = object.section(sections::CONSTANTS, SectionKind::ReadOnlyData, symbols::PROGRAM_HEADER, &header);
    for (field, symbol) in [
        (offset_of!(ProgramHeader, state), "state"),
        (offset_of!(ProgramHeader, memories), "state"),
        (offset_of!(ProgramHeader, entry), "main"),
        (offset_of!(ProgramHeader, trap_table), "traps"),
        (offset_of!(ProgramHeader, text), "main"),
        (offset_of!(ProgramHeader, grants), "grants"),
    ] {
        object.address(header, field as u64, symbol);
    }
    object.finish()
}

fn memory_state(target: &Target, byte_length: u64) -> Vec<u8> {
    let mut state = vec![0; size_of::<MemoryState>()];
    put(&mut state, offset_of!(MemoryState, base), &target.address_space().first_memory.to_le_bytes());
    put(&mut state, offset_of!(MemoryState, byte_length), &byte_length.to_le_bytes());
    put(&mut state, offset_of!(MemoryState, mapped), &1u32.to_le_bytes());
    state
}

fn grants_table() -> Vec<u8> {
    let length = u32::try_from(grants::HEADER_BYTES).unwrap();
    [grants::MAGIC.as_slice(), &ABI_VERSION.to_le_bytes(), &length.to_le_bytes()].concat()
}

fn put(bytes: &mut [u8], offset: usize, field: &[u8]) {
    bytes[offset..][..field.len()].copy_from_slice(field);
}
