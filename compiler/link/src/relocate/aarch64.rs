//! Relocations of aarch64 (ELF for the Arm 64-bit Architecture, section 5.7 "Relocation").

use object::elf;

use super::{Fault, Operands, field, signed};

/// The kinds that load their symbol's address.
pub(super) fn loads_address(kind: u32) -> bool {
    matches!(kind, elf::R_AARCH64_ADR_GOT_PAGE | elf::R_AARCH64_LD64_GOT_LO12_NC)
}

/// Applies a relocation to the bytes from its place on.
pub(super) fn apply(kind: u32, operands: Operands, place: &mut [u8]) -> Result<(), Fault> {
    let Operands { target, place: address, loaded } = operands;
    let distance = target.wrapping_sub(address).cast_signed();
    match kind {
        elf::R_AARCH64_NONE => Ok(()),
        elf::R_AARCH64_ABS64 => data(place, target.to_le_bytes()),
        elf::R_AARCH64_PREL64 => data(place, distance.to_le_bytes()),
        elf::R_AARCH64_PREL32 => {
            let value = i32::try_from(distance).map_err(|_| Fault::TooFar { distance, limit: "2 GiB" })?;
            data(place, value.to_le_bytes())
        }
        elf::R_AARCH64_CALL26 | elf::R_AARCH64_JUMP26 => {
            branch(place, distance, Branch { bits: 26, shift: 0, limit: "128 MiB" })
        }
        elf::R_AARCH64_CONDBR19 => branch(place, distance, Branch { bits: 19, shift: 5, limit: "1 MiB" }),
        elf::R_AARCH64_TSTBR14 => branch(place, distance, Branch { bits: 14, shift: 5, limit: "32 KiB" }),
        elf::R_AARCH64_ADR_PREL_LO21 => adr(place, signed(distance, 21, "1 MiB")?),
        elf::R_AARCH64_ADR_PREL_PG_HI21 => adr(place, pages(target, address)?),
        elf::R_AARCH64_ADR_GOT_PAGE => adr(place, pages(loaded.ok_or(Fault::Unsupported)?, address)?),
        elf::R_AARCH64_ADD_ABS_LO12_NC | elf::R_AARCH64_LDST8_ABS_LO12_NC => low_12(place, target, 0),
        elf::R_AARCH64_LDST16_ABS_LO12_NC => low_12(place, target, 1),
        elf::R_AARCH64_LDST32_ABS_LO12_NC => low_12(place, target, 2),
        elf::R_AARCH64_LDST64_ABS_LO12_NC => low_12(place, target, 3),
        elf::R_AARCH64_LDST128_ABS_LO12_NC => low_12(place, target, 4),
        elf::R_AARCH64_LD64_GOT_LO12_NC => low_12(place, loaded.ok_or(Fault::Unsupported)?, 3),
        _ => Err(Fault::Unsupported),
    }
}

/// Where a branch instruction holds its distance, in instructions.
struct Branch {
    bits: u32,
    shift: u32,
    limit: &'static str,
}

fn branch(place: &mut [u8], distance: i64, field: Branch) -> Result<(), Fault> {
    if distance % 4 != 0 {
        return Err(Fault::Unsupported);
    }
    // A distance in bytes has two bits more than one in instructions.
    let distance = signed(distance, field.bits + 2, field.limit)?;
    let mask = ((1 << field.bits) - 1) << field.shift;
    instruction(place, mask, low_32(distance >> 2) << field.shift)
}

/// The distance from the page of `address` to that of `target`, in pages of 4 KiB.
fn pages(target: u64, address: u64) -> Result<i64, Fault> {
    const PAGE: u64 = 0xfff;
    let distance = (target & !PAGE).wrapping_sub(address & !PAGE).cast_signed();
    Ok(signed(distance, 33, "4 GiB")? >> 12)
}

/// An `adr` or `adrp` holds 21 bits: the low two in bits 29 and 30, the others from bit 5 on.
fn adr(place: &mut [u8], value: i64) -> Result<(), Fault> {
    let value = low_32(value);
    instruction(place, 0x60ff_ffe0, (value & 3) << 29 | (value >> 2 & 0x7_ffff) << 5)
}

/// The low 12 bits of an address from bit 10 on, in units of the access: 2^`scale` bytes, to which the address is
/// aligned.
fn low_12(place: &mut [u8], target: u64, scale: u32) -> Result<(), Fault> {
    let low = low_32((target & 0xfff).cast_signed());
    if low & ((1 << scale) - 1) != 0 {
        return Err(Fault::Unsupported);
    }
    instruction(place, 0xfff << 10, low >> scale << 10)
}

/// Replaces the bits of an instruction that are in `mask`.
fn instruction(place: &mut [u8], mask: u32, bits: u32) -> Result<(), Fault> {
    let field: &mut [u8; 4] = field(place)?;
    *field = (u32::from_le_bytes(*field) & !mask | bits & mask).to_le_bytes();
    Ok(())
}

fn data<const N: usize>(place: &mut [u8], bytes: [u8; N]) -> Result<(), Fault> {
    *field(place)? = bytes;
    Ok(())
}

/// The low 32 bits, which hold all that the fields of instructions have room for.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "that is what it is for")]
fn low_32(value: i64) -> u32 {
    value as u32
}
