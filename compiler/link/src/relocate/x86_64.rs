//! Relocations of x86-64 (System V psABI for AMD64, section 4.4 "Relocation").

use object::elf;

use super::{Fault, Operands, field};

/// The kinds that load their symbol's address.
pub(super) fn loads_address(kind: u32) -> bool {
    matches!(kind, elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX)
}

/// Applies a relocation to the bytes from its place on.
pub(super) fn apply(kind: u32, operands: Operands, place: &mut [u8]) -> Result<(), Fault> {
    let Operands { target, place: address, loaded } = operands;
    match kind {
        elf::R_X86_64_NONE => {}
        elf::R_X86_64_64 => *field(place)? = target.to_le_bytes(),
        elf::R_X86_64_PC64 => *field(place)? = target.wrapping_sub(address).to_le_bytes(),
        elf::R_X86_64_32 => {
            let distance = target.cast_signed();
            let value = u32::try_from(target).map_err(|_| Fault::TooFar { distance, limit: "4 GiB from 0" })?;
            *field(place)? = value.to_le_bytes();
        }
        elf::R_X86_64_32S => *field(place)? = signed_32(target.cast_signed())?,
        // All functions are in the executable, so that a call through the procedure linkage table is a direct one.
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 => {
            *field(place)? = signed_32(target.wrapping_sub(address).cast_signed())?;
        }
        kind if loads_address(kind) => {
            let loaded = loaded.ok_or(Fault::Unsupported)?;
            *field(place)? = signed_32(loaded.wrapping_sub(address).cast_signed())?;
        }
        _ => return Err(Fault::Unsupported),
    }
    Ok(())
}

fn signed_32(value: i64) -> Result<[u8; 4], Fault> {
    let limit = "2 GiB";
    let value = i32::try_from(value).map_err(|_| Fault::TooFar { distance: value, limit })?;
    Ok(value.to_le_bytes())
}
