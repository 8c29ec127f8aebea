//! Section contents with addresses filled in.

mod aarch64;
mod x86_64;

use object::elf;
use wasmelt_targets::{Architecture, Target};

use crate::{
    LinkError,
    input::{Input, Relocation, Section},
    layout::{Layout, PlacedSection},
    output::{ADDRESS_BYTES, LOADED_ADDRESSES},
    reachable::{Reachable, SectionId},
    resolve::{Resolution, SymbolId, SymbolTable},
};

/// What a relocation is computed from.
#[derive(Clone, Copy, Debug)]
struct Operands {
    /// S + A: the symbol's address and the addend.
    target: u64,
    /// P: the address of the place.
    place: u64,
    /// G + A: the address at which the symbol's address is loaded, and the addend; if the kind uses it.
    loaded: Option<u64>,
}

/// Why a relocation cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The kind is not known, or the place is not one for it.
    Unsupported,
    /// The value does not fit.
    TooFar { distance: i64, limit: &'static str },
}

/// Whether `relocation` of `section` loads its symbol's address from memory.
pub(crate) fn loads_address(architecture: Architecture, section: &Section<'_>, relocation: &Relocation) -> bool {
    let kind = relocation.kind;
    match architecture {
        Architecture::X86_64 => {
            let place = usize::try_from(relocation.offset).ok();
            let before = place.zip(section.data).and_then(|(place, data)| data.get(..place));
            x86_64::loads_address(kind) && !x86_64::needs_no_load(kind, before.unwrap_or_default())
        }
        Architecture::Aarch64 => aarch64::loads_address(kind),
    }
}

/// The file up to the end of what is mapped, still without ELF headers.
pub(crate) fn relocate(
    inputs: &[Input<'_>],
    symbols: &SymbolTable<'_>,
    reachable: &Reachable,
    layout: &Layout<'_>,
    target: &Target,
) -> Result<Vec<u8>, LinkError> {
    let relocator = Relocator { inputs, symbols, reachable, layout, architecture: target.architecture };
    let mut file = vec![0; to_usize(layout.file_bytes)];
    for placed in &layout.sections {
        relocator.fill_in_addresses(placed, &mut file);
        for member in &placed.section.members {
            relocator.fill_in_section(member.id, placed.file_offset + member.offset, &mut file)?;
        }
    }
    Ok(file)
}

struct Relocator<'r, 'a> {
    inputs: &'r [Input<'a>],
    symbols: &'r SymbolTable<'a>,
    reachable: &'r Reachable,
    layout: &'r Layout<'a>,
    architecture: Architecture,
}

impl Relocator<'_, '_> {
    /// Fills in the section of loaded addresses.
    fn fill_in_addresses(&self, placed: &PlacedSection<'_>, file: &mut [u8]) {
        let slots = file[to_usize(placed.file_offset)..].chunks_exact_mut(to_usize(ADDRESS_BYTES));
        for (&definition, slot) in placed.section.addresses.iter().zip(slots) {
            let address = self.layout.symbol_address(self.inputs, definition);
            slot.copy_from_slice(&address.expect("invariant: what is reachable has an address").to_le_bytes());
        }
    }

    fn fill_in_section(&self, id: SectionId, file_offset: u64, file: &mut [u8]) -> Result<(), LinkError> {
        let section = self.inputs[id.input].sections[id.section].as_ref();
        let section = section.expect("invariant: reachable sections are loaded");
        let Some(data) = section.data else { return Ok(()) };
        let contents = &mut file[to_usize(file_offset)..][..data.len()];
        contents.copy_from_slice(data);
        for relocation in &section.relocations {
            self.apply(id, relocation, contents).map_err(|fault| self.error(id, relocation, fault))?;
        }
        Ok(())
    }

    fn apply(&self, id: SectionId, relocation: &Relocation, contents: &mut [u8]) -> Result<(), Fault> {
        let offset = usize::try_from(relocation.offset).ok();
        let (before, place) =
            offset.and_then(|offset| contents.split_at_mut_checked(offset)).ok_or(Fault::Unsupported)?;
        let operands = self.operands(id, relocation).ok_or(Fault::Unsupported)?;
        match self.architecture {
            Architecture::X86_64 if x86_64::needs_no_load(relocation.kind, before) => {
                x86_64::take_load_out(before);
                x86_64::apply(elf::R_X86_64_PC32, operands, place)
            }
            Architecture::X86_64 => x86_64::apply(relocation.kind, operands, place),
            Architecture::Aarch64 => aarch64::apply(relocation.kind, operands, place),
        }
    }

    fn operands(&self, id: SectionId, relocation: &Relocation) -> Option<Operands> {
        let place = self.layout.section_address(id.input, id.section)?.wrapping_add(relocation.offset);
        let reference = SymbolId { input: id.input, symbol: relocation.symbol };
        let (address, loaded) = match self.symbols.resolution(self.inputs, reference) {
            Resolution::Symbol(definition) => {
                (self.layout.symbol_address(self.inputs, definition)?, self.loaded_address(definition))
            }
            Resolution::Zero => (0, None),
            Resolution::Undefined => return None,
        };
        let add = |address: u64| address.wrapping_add_signed(relocation.addend);
        Some(Operands { target: add(address), place, loaded: loaded.map(add) })
    }

    /// The address at which the address of `definition` is loaded.
    fn loaded_address(&self, definition: SymbolId) -> Option<u64> {
        self.reachable.loaded_addresses.get(&definition)?;
        let section = self.layout.sections.iter().find(|placed| placed.section.name == LOADED_ADDRESSES)?;
        let slot = section.section.addresses.binary_search(&definition).ok()?;
        Some(section.address + slot as u64 * ADDRESS_BYTES)
    }

    fn error(&self, id: SectionId, relocation: &Relocation, fault: Fault) -> LinkError {
        let input = &self.inputs[id.input];
        let place = input.place(id.section, relocation.offset);
        let symbol = input.symbol_name(relocation.symbol).to_owned();
        match fault {
            Fault::Unsupported => LinkError::Relocation { place, kind: relocation.kind, symbol },
            Fault::TooFar { distance, limit } => LinkError::TooFar { place, symbol, distance, limit },
        }
    }
}

/// The bytes that a relocation changes.
fn field<const N: usize>(place: &mut [u8]) -> Result<&mut [u8; N], Fault> {
    place.first_chunk_mut().ok_or(Fault::Unsupported)
}

/// `value`, if it is in `−2^(bits−1) .. 2^(bits−1)`.
fn signed(value: i64, bits: u32, limit: &'static str) -> Result<i64, Fault> {
    let half = 1i64 << (bits - 1);
    match (-half..half).contains(&value) {
        true => Ok(value),
        false => Err(Fault::TooFar { distance: value, limit }),
    }
}

fn to_usize(value: u64) -> usize {
    usize::try_from(value).expect("invariant: the output fits into the memory of the build host")
}
