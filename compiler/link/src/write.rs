//! The executable's bytes: headers in front of the contents, symbols and section headers behind.
//!
//! ```text
//! ELF header | program headers | contents | .wasmelt.origin | .symtab | .strtab | section headers
//! ```

use object::{
    LittleEndian, U16, U32, U64, elf,
    pod::{bytes_of, bytes_of_slice},
};
use wasmelt_abi::{
    WASI_PREVIEW_1,
    sections::ORIGIN,
    symbols::{DENIED_PREFIX, RUNTIME, START, STREAMS_PREFIX},
};
use wasmelt_targets::{Architecture, Target};

use crate::{
    LinkOptions, Symbols,
    input::{Access, Binding, Class, Input, Symbol, Value},
    layout::{FILE_HEADER_BYTES, Layout, PROGRAM_HEADER_BYTES, PlacedSection, Segment},
    output::Region,
    resolve::{SymbolId, SymbolTable},
};

const LE: LittleEndian = LittleEndian;

type ElfSymbol = elf::Sym64<LittleEndian>;
type SectionHeader = elf::SectionHeader64<LittleEndian>;
type ProgramHeader = elf::ProgramHeader64<LittleEndian>;

/// Completes `contents`, the file up to the end of what is mapped.
pub(crate) fn write(
    inputs: &[Input<'_>],
    table: &SymbolTable<'_>,
    layout: &Layout<'_>,
    contents: Vec<u8>,
    target: &Target,
    options: &LinkOptions<'_>,
) -> Vec<u8> {
    let mut file = contents;
    let mut sections = Sections::new(layout);
    if !options.origin.is_empty() {
        sections.append_origin(options.origin, &mut file);
    }
    if options.symbols == Symbols::Keep {
        sections.append_symbols(inputs, layout, &mut file);
    }
    sections.append_strings(&mut file);
    align(&mut file);
    let section_headers = length(&file);
    file.extend_from_slice(bytes_of_slice(&sections.headers));

    let program_headers = program_headers(layout, target.address_space().page_size);
    let entry = table.global(START).and_then(|start| layout.symbol_address(inputs, start));
    let header = elf::FileHeader64 {
        e_entry: U64::new(LE, entry.expect("invariant: `_start` is reachable")),
        e_shoff: U64::new(LE, section_headers),
        e_phnum: U16::new(LE, count_16(program_headers.len())),
        e_shnum: U16::new(LE, count_16(sections.headers.len())),
        e_shstrndx: U16::new(LE, count_16(sections.headers.len() - 1)),
        ..file_header(target.architecture)
    };
    let headers = [bytes_of(&header), bytes_of_slice(&program_headers)].concat();
    file[..headers.len()].copy_from_slice(&headers);
    file
}

/// The header of an executable without segments and sections.
fn file_header(architecture: Architecture) -> elf::FileHeader64<LittleEndian> {
    let machine = match architecture {
        Architecture::X86_64 => elf::EM_X86_64,
        Architecture::Aarch64 => elf::EM_AARCH64,
    };
    elf::FileHeader64 {
        e_ident: elf::Ident {
            magic: elf::ELFMAG,
            class: elf::ELFCLASS64,
            data: elf::ELFDATA2LSB,
            version: elf::EV_CURRENT,
            os_abi: elf::ELFOSABI_SYSV,
            abi_version: 0,
            padding: [0; 7],
        },
        e_type: U16::new(LE, elf::ET_EXEC),
        e_machine: U16::new(LE, machine),
        e_version: U32::new(LE, u32::from(elf::EV_CURRENT)),
        e_entry: U64::new(LE, 0),
        e_phoff: U64::new(LE, FILE_HEADER_BYTES),
        e_shoff: U64::new(LE, 0),
        e_flags: U32::new(LE, 0),
        e_ehsize: U16::new(LE, count_16(size_of::<elf::FileHeader64<LittleEndian>>())),
        e_phentsize: U16::new(LE, count_16(size_of::<ProgramHeader>())),
        e_phnum: U16::new(LE, 0),
        e_shentsize: U16::new(LE, count_16(size_of::<SectionHeader>())),
        e_shnum: U16::new(LE, 0),
        e_shstrndx: U16::new(LE, 0),
    }
}

fn program_headers(layout: &Layout<'_>, page_size: u64) -> Vec<ProgramHeader> {
    let stack = elf::ProgramHeader64 {
        p_type: U32::new(LE, elf::PT_GNU_STACK),
        p_flags: U32::new(LE, elf::PF_R | elf::PF_W),
        p_align: U64::new(LE, 16),
        ..load(&Segment { access: Access::Write, address: 0, file_offset: 0, file_bytes: 0, memory_bytes: 0 }, 0)
    };
    layout.segments.iter().map(|segment| load(segment, page_size)).chain([stack]).collect()
}

fn load(segment: &Segment, page_size: u64) -> ProgramHeader {
    let flags = match segment.access {
        Access::Read => elf::PF_R,
        Access::Execute => elf::PF_R | elf::PF_X,
        Access::Write => elf::PF_R | elf::PF_W,
    };
    elf::ProgramHeader64 {
        p_type: U32::new(LE, elf::PT_LOAD),
        p_flags: U32::new(LE, flags),
        p_offset: U64::new(LE, segment.file_offset),
        p_vaddr: U64::new(LE, segment.address),
        p_paddr: U64::new(LE, segment.address),
        p_filesz: U64::new(LE, segment.file_bytes),
        p_memsz: U64::new(LE, segment.memory_bytes),
        p_align: U64::new(LE, page_size),
    }
}

/// Section headers under construction, and all names, of sections and of symbols.
struct Sections {
    headers: Vec<SectionHeader>,
    names: Strings,
}

/// The section of all names.
const STRINGS: &str = ".strtab";

impl Sections {
    /// The null section and those of the layout.
    fn new(layout: &Layout<'_>) -> Sections {
        let mut sections = Sections { headers: vec![header(elf::SHT_NULL, 0, 0, 0)], names: Strings::new() };
        for placed in &layout.sections {
            let header = loaded_header(placed);
            sections.push(placed.section.name, header);
        }
        sections
    }

    fn push(&mut self, name: &str, header: SectionHeader) {
        let sh_name = U32::new(LE, self.names.add(name));
        self.headers.push(elf::SectionHeader64 { sh_name, ..header });
    }

    fn append_origin(&mut self, origin: &[u8], file: &mut Vec<u8>) {
        let at = length(file);
        file.extend_from_slice(origin);
        self.push(ORIGIN, header(elf::SHT_PROGBITS, at, length(file) - at, 1));
    }

    fn append_symbols(&mut self, inputs: &[Input<'_>], layout: &Layout<'_>, file: &mut Vec<u8>) {
        let (symbols, first_global) = symbols(inputs, layout, &mut self.names);
        align(file);
        let at = length(file);
        file.extend_from_slice(bytes_of_slice(&symbols));
        // The strings follow, the last section.
        let strings = U32::new(LE, count_32(self.headers.len() + 1));
        let symtab = header(elf::SHT_SYMTAB, at, length(file) - at, 8);
        self.push(
            ".symtab",
            elf::SectionHeader64 {
                sh_link: strings,
                sh_info: U32::new(LE, first_global),
                sh_entsize: U64::new(LE, size_of::<ElfSymbol>() as u64),
                ..symtab
            },
        );
    }

    /// Appends the section of names, the last one.
    fn append_strings(&mut self, file: &mut Vec<u8>) {
        let sh_name = U32::new(LE, self.names.add(STRINGS));
        let at = length(file);
        file.extend_from_slice(&self.names.bytes);
        self.headers.push(elf::SectionHeader64 { sh_name, ..header(elf::SHT_STRTAB, at, length(file) - at, 1) });
    }
}

fn header(kind: u32, file_offset: u64, size: u64, alignment: u64) -> SectionHeader {
    elf::SectionHeader64 {
        sh_name: U32::new(LE, 0),
        sh_type: U32::new(LE, kind),
        sh_flags: U64::new(LE, 0),
        sh_addr: U64::new(LE, 0),
        sh_offset: U64::new(LE, file_offset),
        sh_size: U64::new(LE, size),
        sh_link: U32::new(LE, 0),
        sh_info: U32::new(LE, 0),
        sh_addralign: U64::new(LE, alignment),
        sh_entsize: U64::new(LE, 0),
    }
}

fn loaded_header(placed: &PlacedSection<'_>) -> SectionHeader {
    let section = &placed.section;
    let (kind, flags) = match section.region {
        Region::Constants => (elf::SHT_PROGBITS, 0),
        Region::Code => (elf::SHT_PROGBITS, elf::SHF_EXECINSTR),
        Region::Variables | Region::Memory { in_file: true, .. } => (elf::SHT_PROGBITS, elf::SHF_WRITE),
        Region::ZeroVariables | Region::Memory { in_file: false, .. } => (elf::SHT_NOBITS, elf::SHF_WRITE),
    };
    elf::SectionHeader64 {
        sh_flags: U64::new(LE, u64::from(elf::SHF_ALLOC | flags)),
        sh_addr: U64::new(LE, placed.address),
        ..header(kind, placed.file_offset, section.size, section.alignment)
    }
}

/// The symbols of the executable, and the number of the first that is not local: ELF wants local ones first.
///
/// They are the module's functions, and what the runtime defines for them. The runtime's own functions are not named: their
/// names would take a third of a small program.
fn symbols(inputs: &[Input<'_>], layout: &Layout<'_>, names: &mut Strings) -> (Vec<ElfSymbol>, u32) {
    let all = || {
        let of = |(input, file): (usize, _)| numbered(file).map(move |(symbol, it)| (SymbolId { input, symbol }, it));
        inputs.iter().enumerate().flat_map(of)
    };
    let locals = all().filter(|(id, it)| id.input == PROGRAM && it.binding == Binding::Local);
    let globals =
        all().filter(|(id, it)| it.binding != Binding::Local && (id.input == PROGRAM || is_for_programs(it.name)));
    let null = elf::Sym64 {
        st_name: U32::new(LE, 0),
        st_info: 0,
        st_other: 0,
        st_shndx: U16::new(LE, elf::SHN_UNDEF),
        st_value: U64::new(LE, 0),
        st_size: U64::new(LE, 0),
    };
    let mut entry = |(id, symbol): (SymbolId, &Symbol<'_>)| {
        let place = Place { number: output_section(layout, id, symbol)?, address: layout.symbol_address(inputs, id)? };
        elf_symbol(symbol, place, names)
    };
    let mut entries: Vec<ElfSymbol> = [null].into_iter().chain(locals.filter_map(&mut entry)).collect();
    let first_global = count_32(entries.len());
    entries.extend(globals.filter_map(&mut entry));
    (entries, first_global)
}

/// Whether a symbol of the runtime is one that programs refer to.
fn is_for_programs(name: &str) -> bool {
    let is_variant = [DENIED_PREFIX, STREAMS_PREFIX].into_iter().any(|prefix| name.starts_with(prefix));
    is_variant || RUNTIME.contains(&name) || WASI_PREVIEW_1.iter().any(|it| it.symbol == name)
}

/// The program among the inputs.
const PROGRAM: usize = 0;

fn numbered<'i, 'a>(input: &'i Input<'a>) -> impl Iterator<Item = (usize, &'i Symbol<'a>)> {
    input.symbols.iter().enumerate()
}

/// Where a symbol is.
struct Place {
    /// The number of its section in the executable.
    number: u16,
    address: u64,
}

fn elf_symbol(symbol: &Symbol<'_>, place: Place, names: &mut Strings) -> Option<ElfSymbol> {
    if symbol.class != Class::Function || symbol.name.is_empty() {
        return None;
    }
    let binding = if symbol.binding == Binding::Local { elf::STB_LOCAL } else { elf::STB_GLOBAL };
    Some(elf::Sym64 {
        st_name: U32::new(LE, names.add(symbol.name)),
        st_info: binding << 4 | elf::STT_FUNC,
        st_other: elf::STV_DEFAULT,
        st_shndx: U16::new(LE, place.number),
        st_value: U64::new(LE, place.address),
        st_size: U64::new(LE, symbol.size),
    })
}

/// The number of the executable's section that holds a symbol, if one does. The null section is number 0.
fn output_section(layout: &Layout<'_>, id: SymbolId, symbol: &Symbol<'_>) -> Option<u16> {
    let Value::InSection { section, .. } = symbol.value else { return None };
    let address = layout.section_address(id.input, section)?;
    // Sections of no bytes share an address with the next one, and no symbol that matters.
    let after = layout.sections.partition_point(|placed| placed.address <= address);
    Some(count_16(after))
}

/// Zero-terminated strings, the first of them empty.
struct Strings {
    bytes: Vec<u8>,
}

impl Strings {
    fn new() -> Strings {
        Strings { bytes: vec![0] }
    }

    /// The offset of `string`.
    fn add(&mut self, string: &str) -> u32 {
        let at = count_32(self.bytes.len());
        self.bytes.extend_from_slice(string.as_bytes());
        self.bytes.push(0);
        at
    }
}

fn align(file: &mut Vec<u8>) {
    file.resize(file.len().next_multiple_of(8), 0);
}

fn length(file: &[u8]) -> u64 {
    // Lossless: usize has at most 64 bits.
    file.len() as u64
}

fn count_16(count: usize) -> u16 {
    u16::try_from(count).expect("invariant: there are few sections and segments")
}

fn count_32(count: usize) -> u32 {
    u32::try_from(count).expect("invariant: names and symbols take less than 4 GiB")
}

const _: () = assert!(size_of::<ProgramHeader>() as u64 == PROGRAM_HEADER_BYTES);
const _: () = assert!(size_of::<elf::FileHeader64<LittleEndian>>() as u64 == FILE_HEADER_BYTES);
