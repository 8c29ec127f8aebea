//! What objects of each format call their parts, and how they spell relocations.
//!
//! ```text
//!                  ELF                    Mach-O                       COFF
//! symbols          as they are            an underscore in front       as they are
//! functions        .text                  __TEXT,__text                .text
//! constants        .rodata.wasmelt        __DATA,__const               .rdata$wasmelt
//! state            .wasmelt.state         __DATA,__wm_state            .data$wasmelt
//! trap table       .wasmelt.traps         __TEXT,__wm_traps            .rdata$wasmelt_traps
//! handler table    .wasmelt.handlers      __TEXT,__wm_handlers         .rdata$wasmelt_handlers
//! grants           .wasmelt.grants        __TEXT,__wm_grants           .rdata$wasmelt_grants
//! ```
//!
//! Constants hold addresses, which the loader of a Mach-O executable writes: so they lie in its data segment, from where the
//! linker moves `__const` to one that is read-only afterwards. In COFF what follows a dollar sign is an order: the linker
//! makes one section of all that is equal before it.
//!
//! Functions are not subsections of their own (`MH_SUBSECTIONS_VIA_SYMBOLS`), which a linker may reorder and drop: the tables
//! of traps and handlers count from the first one.

use std::mem::offset_of;

use object::{
    LittleEndian, RelocationEncoding, RelocationFlags, elf,
    macho::{self, MachHeader64},
    pe,
    write::MachOBuildVersion,
};
use wasmelt_abi::sections;
use wasmelt_codegen::RelocationKind;
use wasmelt_targets::ObjectFormat;

use crate::file::Section;

/// The oldest macOS that the code is for: 11.0, the first one on aarch64.
const MACOS_VERSION: u32 = 11 << 16;

/// The segment and the name of `section`.
pub(crate) fn section_name(format: ObjectFormat, section: Section) -> (&'static str, &'static str) {
    match format {
        ObjectFormat::Elf => ("", elf_section(section)),
        ObjectFormat::MachO => macho_section(section),
        ObjectFormat::Coff => ("", coff_section(section)),
    }
}

fn elf_section(section: Section) -> &'static str {
    match section {
        Section::Text => sections::TEXT,
        Section::Constants => sections::CONSTANTS,
        Section::State => sections::STATE,
        Section::Traps => sections::TRAPS,
        Section::Handlers => sections::HANDLERS,
        Section::Grants => sections::GRANTS,
    }
}

fn macho_section(section: Section) -> (&'static str, &'static str) {
    match section {
        Section::Text => ("__TEXT", "__text"),
        Section::Constants => ("__DATA", "__const"),
        Section::State => ("__DATA", "__wm_state"),
        Section::Traps => ("__TEXT", "__wm_traps"),
        Section::Handlers => ("__TEXT", "__wm_handlers"),
        Section::Grants => ("__TEXT", "__wm_grants"),
    }
}

fn coff_section(section: Section) -> &'static str {
    match section {
        Section::Text => ".text",
        Section::Constants => ".rdata$wasmelt",
        Section::State => ".data$wasmelt",
        Section::Traps => ".rdata$wasmelt_traps",
        Section::Handlers => ".rdata$wasmelt_handlers",
        Section::Grants => ".rdata$wasmelt_grants",
    }
}

/// The symbol of what is called `name`.
pub(crate) fn symbol_name(format: ObjectFormat, name: &str) -> Vec<u8> {
    match format {
        ObjectFormat::Elf | ObjectFormat::Coff => name.as_bytes().to_vec(),
        ObjectFormat::MachO => format!("_{name}").into_bytes(),
    }
}

/// What linkers want to know of the system that a Mach-O object is for.
pub(crate) fn macho_version() -> MachOBuildVersion {
    let mut version = MachOBuildVersion::default();
    version.platform = macho::PLATFORM_MACOS;
    version.minos = MACOS_VERSION;
    version.sdk = MACOS_VERSION;
    version
}

/// Takes `MH_SUBSECTIONS_VIA_SYMBOLS`, which cranelift-object sets and no one can take back, from the header of a Mach-O object.
pub(crate) fn join_functions(object: &mut [u8]) {
    const FLAGS: usize = offset_of!(MachHeader64<LittleEndian>, flags);
    let flags = object.get_mut(FLAGS..).and_then(|rest| rest.first_chunk_mut());
    let flags = flags.expect("invariant: an object begins with a header");
    *flags = (u32::from_le_bytes(*flags) & !macho::MH_SUBSECTIONS_VIA_SYMBOLS).to_le_bytes();
}

/// How a relocation of `kind` is written.
pub(crate) fn relocation(format: ObjectFormat, kind: RelocationKind) -> RelocationFlags {
    use object::RelocationKind::{Absolute, Relative};
    let generic = |kind, encoding, size| RelocationFlags::Generic { kind, encoding, size };
    match kind {
        RelocationKind::Absolute64 => generic(Absolute, RelocationEncoding::Generic, 64),
        RelocationKind::X86Relative32 => generic(Relative, RelocationEncoding::Generic, 32),
        RelocationKind::X86Call32 => generic(Relative, RelocationEncoding::X86Branch, 32),
        RelocationKind::Aarch64Call26 => generic(Relative, RelocationEncoding::AArch64Call, 26),
        RelocationKind::Aarch64AdrPage21 => match format {
            ObjectFormat::Elf => RelocationFlags::Elf { r_type: elf::R_AARCH64_ADR_PREL_PG_HI21 },
            ObjectFormat::MachO => of_instruction(macho::ARM64_RELOC_PAGE21, true),
            ObjectFormat::Coff => RelocationFlags::Coff { typ: pe::IMAGE_REL_ARM64_PAGEBASE_REL21 },
        },
        RelocationKind::Aarch64AddLow12 => match format {
            ObjectFormat::Elf => RelocationFlags::Elf { r_type: elf::R_AARCH64_ADD_ABS_LO12_NC },
            ObjectFormat::MachO => of_instruction(macho::ARM64_RELOC_PAGEOFF12, false),
            ObjectFormat::Coff => RelocationFlags::Coff { typ: pe::IMAGE_REL_ARM64_PAGEOFFSET_12A },
        },
    }
}

/// A Mach-O relocation of an instruction, which has 2² bytes.
fn of_instruction(r_type: u8, r_pcrel: bool) -> RelocationFlags {
    RelocationFlags::MachO { r_type, r_pcrel, r_length: 2 }
}
