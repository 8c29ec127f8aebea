//! The executable's sections: which input sections each one gathers, and in which order they lie.
//!
//! ```text
//! read      .rodata  .wasmelt.grants  .got  .rodata.wasmelt
//! execute   .text
//! write     .data  .wasmelt.state  .bss
//! memories  .wasmelt.memory.<number>.<offset>
//! ```
//!
//! What every start reads and runs lies together, however large the program is: a fault maps the 64 KiB around it, and each
//! costs 3 µs. So the runtime's constants and the grants come before the program's constants, which begin with what is read at the
//! start, and the runtime's code before the program's, which begins with its entry.

use wasmelt_abi::sections;
use wasmelt_targets::{AddressSpace, Target};

use crate::{
    LinkError,
    input::{Access, Input, Section},
    reachable::{Reachable, SectionId},
    resolve::SymbolId,
};

/// The section of addresses that code loads: the global offset table. Every address is known, so it is constant.
pub(crate) const LOADED_ADDRESSES: &str = ".got";
/// The input that is the program; the others are the runtime's.
const PROGRAM: usize = 0;
/// Bytes of an address.
pub(crate) const ADDRESS_BYTES: u64 = 8;

/// A section of the executable.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OutputSection<'a> {
    pub(crate) name: &'a str,
    pub(crate) region: Region,
    /// A power of two.
    pub(crate) alignment: u64,
    /// Bytes in memory.
    pub(crate) size: u64,
    /// What it gathers, in ascending order of offset.
    pub(crate) members: Vec<Member>,
    /// The definitions whose addresses it holds; empty except for [`LOADED_ADDRESSES`].
    pub(crate) addresses: Vec<SymbolId>,
}

/// An input section in an output section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: SectionId,
    /// Bytes from the start of the output section.
    pub(crate) offset: u64,
}

/// The part of the address space that a section goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Region {
    /// Constants and tables, behind the ELF header.
    Constants,
    /// Machine code.
    Code,
    /// Variables with initial values in the file.
    Variables,
    /// Variables that are zero at first.
    ZeroVariables,
    /// Part of a memory's initial contents, at this address.
    Memory { address: u64, in_file: bool },
}

/// Gathers the reachable sections, in the order of their regions and then of their first appearance.
pub(crate) fn group<'a>(
    inputs: &[Input<'a>],
    reachable: &Reachable,
    target: &Target,
) -> Result<Vec<OutputSection<'a>>, LinkError> {
    let space = target.address_space();
    let mut outputs: Vec<OutputSection<'a>> = Vec::new();
    let mut ids: Vec<SectionId> = reachable.sections.iter().copied().collect();
    ids.sort_by_key(|&id| (zero_bytes(inputs, id), turn(inputs, id)));
    for id in ids {
        let input = &inputs[id.input];
        let section = input.sections[id.section].as_ref().expect("invariant: reachable sections are loaded");
        let unsupported =
            |what| LinkError::Unsupported { input: input.name.clone(), what, name: section.name.to_owned() };
        if !section.alignment.is_power_of_two() || section.alignment > space.page_size {
            return Err(unsupported("alignment of section"));
        }
        let region = region(section, &space).ok_or_else(|| unsupported("place of memory section"))?;
        let name = output_name(section.name, region);
        let at = outputs.iter().position(|it| it.name == name && it.region == region).unwrap_or_else(|| {
            outputs.push(OutputSection::empty(name, region));
            outputs.len() - 1
        });
        outputs[at].append(id, section);
    }
    if !reachable.loaded_addresses.is_empty() {
        outputs.push(loaded_addresses(reachable));
    }
    outputs.sort_by_key(|section| (section.region, section.name == sections::CONSTANTS));
    Ok(outputs)
}

/// Bytes of a section of zeros; 0 for others. Small variables come first: so those that every start writes to are in one
/// page, in front of stacks and tables.
fn zero_bytes(inputs: &[Input<'_>], id: SectionId) -> u64 {
    let section = inputs[id.input].sections[id.section].as_ref();
    section.filter(|section| section.data.is_none()).map_or(0, |section| section.size)
}

/// When it is the turn of a section, among those that go to the same place: the runtime's, the program's, and then its
/// tables that are only read when there is a fault or an exception.
fn turn(inputs: &[Input<'_>], id: SectionId) -> u8 {
    match inputs[id.input].sections[id.section].as_ref() {
        Some(section) if is_looked_up_later(section.name) => 2,
        _ => u8::from(id.input == PROGRAM),
    }
}

fn is_looked_up_later(name: &str) -> bool {
    [sections::TRAPS, sections::HANDLERS].contains(&name)
}

impl<'a> OutputSection<'a> {
    fn empty(name: &'a str, region: Region) -> OutputSection<'a> {
        OutputSection { name, region, alignment: 1, size: 0, members: Vec::new(), addresses: Vec::new() }
    }

    fn append(&mut self, id: SectionId, section: &Section<'_>) {
        let offset = self.size.next_multiple_of(section.alignment);
        self.members.push(Member { id, offset });
        self.alignment = self.alignment.max(section.alignment);
        self.size = offset + section.size;
    }
}

fn loaded_addresses(reachable: &Reachable) -> OutputSection<'static> {
    let addresses: Vec<SymbolId> = reachable.loaded_addresses.iter().copied().collect();
    // Lossless: usize has at most 64 bits.
    let size = addresses.len() as u64 * ADDRESS_BYTES;
    let empty = OutputSection::empty(LOADED_ADDRESSES, Region::Constants);
    OutputSection { alignment: ADDRESS_BYTES, size, addresses, ..empty }
}

fn region(section: &Section<'_>, space: &AddressSpace) -> Option<Region> {
    if let Some(place) = section.name.strip_prefix(sections::MEMORY_PREFIX) {
        let address = memory_address(place, space)?;
        return Some(Region::Memory { address, in_file: section.data.is_some() });
    }
    Some(match (section.access, section.data) {
        (Access::Read, _) => Region::Constants,
        (Access::Execute, _) => Region::Code,
        (Access::Write, Some(_)) => Region::Variables,
        (Access::Write, None) => Region::ZeroVariables,
    })
}

/// The address of the part of a memory whose section name ends in `place`: the memory's number in decimal, a dot, the
/// offset in hexadecimal.
fn memory_address(place: &str, space: &AddressSpace) -> Option<u64> {
    let (number, offset) = place.split_once('.')?;
    let offset = u64::from_str_radix(offset, 16).ok()?;
    let base = space.memory_base(number.parse().ok()?);
    base.checked_add(offset).filter(|address| address % space.page_size == 0)
}

/// Compilers give each function and datum a section of its own, so that unused ones can go; what is left goes together.
/// Sections of ours keep their names, by which tools find them.
fn output_name(name: &str, region: Region) -> &str {
    match region {
        // Each header of a section takes as much as a small function, and no tool looks for these by name.
        _ if is_looked_up_later(name) => sections::CONSTANTS,
        Region::ZeroVariables => ".bss",
        _ if name.starts_with(".wasmelt.") || name == sections::CONSTANTS => name,
        Region::Constants => ".rodata",
        Region::Code => sections::TEXT,
        Region::Variables => ".data",
        Region::Memory { .. } => name,
    }
}

#[cfg(test)]
mod tests {
    use object::SectionKind;
    use wasmelt_abi::symbols;
    use wasmelt_targets::{Architecture, System};

    use super::*;
    use crate::{
        reachable, resolve,
        testing::{self, TestObject},
    };

    #[test]
    fn memory_sections_say_their_addresses() {
        let space = AddressSpace::of(System::Linux, Architecture::X86_64);
        for (place, expected) in [
            ("0.0", Some(space.memory_base(0))),
            ("0.1f000", Some(space.memory_base(0) + 0x1f000)),
            ("12.0", Some(space.memory_base(12))),
            ("0", None),
            ("0.1", None),
            ("x.0", None),
            ("0.", None),
            ("0.ffffffffffffffff", None),
        ] {
            assert_eq!(memory_address(place, &space), expected, "{place}");
        }
    }

    #[test]
    fn what_every_start_needs_comes_first() {
        for target in testing::targets() {
            let mut runtime = TestObject::new(&target);
            let start = runtime.section(".text._start", SectionKind::Text, symbols::START, &[0; 16]);
            runtime.section(".rodata.message", SectionKind::ReadOnlyData, "message", &[1; 5]);
            runtime.address(start, 0, symbols::PROGRAM_HEADER);
            runtime.address(start, 8, "message");
            let files = [testing::program(&target), runtime.finish()];
            let inputs = testing::parse_all(&files, &target).unwrap();
            let resolved = resolve::resolve(&inputs).unwrap();
            let reachable = reachable::trace(&inputs, &resolved, target.architecture).unwrap();
            let sections = group(&inputs, &reachable, &target).unwrap();

            let names: Vec<_> = sections.iter().map(|section| section.name).collect();
            assert!(
                names.starts_with(&[".rodata", sections::GRANTS, sections::CONSTANTS, sections::TEXT]),
                "{names:?}"
            );
            let origins = |name| {
                let section = sections.iter().find(|section| section.name == name).unwrap();
                let name = |id: SectionId| inputs[id.input].sections[id.section].as_ref().unwrap().name;
                section.members.iter().map(|member| (member.id.input, name(member.id))).collect::<Vec<_>>()
            };
            assert_eq!(origins(sections::TEXT), [(1, ".text._start"), (0, sections::TEXT)]);
            assert_eq!(origins(sections::CONSTANTS), [(0, sections::CONSTANTS), (0, sections::TRAPS)]);
        }
    }

    #[test]
    fn sections_of_one_region_go_together_and_ours_keep_their_names() {
        for (name, region, expected) in [
            (".text._ZN4core3fmt", Region::Code, ".text"),
            (".rodata..Lanon.1", Region::Constants, ".rodata"),
            (".data.rel.ro.vtable", Region::Constants, ".rodata"),
            (".rodata.wasmelt", Region::Constants, ".rodata.wasmelt"),
            (".wasmelt.grants", Region::Constants, ".wasmelt.grants"),
            (".wasmelt.traps", Region::Constants, ".rodata.wasmelt"),
            (".wasmelt.state", Region::Variables, ".wasmelt.state"),
            (".wasmelt.state", Region::ZeroVariables, ".bss"),
            (".data.counter", Region::Variables, ".data"),
            (".bss.buffer", Region::ZeroVariables, ".bss"),
        ] {
            assert_eq!(output_name(name, region), expected);
        }
    }
}
