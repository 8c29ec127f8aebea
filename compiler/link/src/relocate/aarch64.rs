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

#[cfg(test)]
mod tests {
    use super::*;

    const NOP_BITS: u32 = 0;

    fn apply_to(kind: u32, operands: Operands, instruction: u32) -> Result<u32, Fault> {
        let mut place = instruction.to_le_bytes();
        apply(kind, operands, &mut place).map(|()| u32::from_le_bytes(place))
    }

    /// Instructions are those that an assembler emits with the field empty, and with it filled in.
    #[test]
    fn each_kind_fills_in_its_field_and_nothing_else() {
        let operands = Operands { target: 0x41_2348, place: 0x40_1000, loaded: Some(0x40_0808) };
        for (kind, empty, expected) in [
            (elf::R_AARCH64_NONE, 0xd503_201f, 0xd503_201f),
            // bl, b: 0x11348 bytes are 0x44d2 instructions.
            (elf::R_AARCH64_CALL26, 0x9400_0000, 0x9400_44d2),
            (elf::R_AARCH64_JUMP26, 0x1400_0000, 0x1400_44d2),
            // b.ne
            (elf::R_AARCH64_CONDBR19, 0x5400_0001, 0x5408_9a41),
            // adr x1: 0x11348 is 0x44d2 × 4 + 0.
            (elf::R_AARCH64_ADR_PREL_LO21, 0x1000_0001, 0x1008_9a41),
            // adrp x1: 0x11 pages are 4 × 4 + 1.
            (elf::R_AARCH64_ADR_PREL_PG_HI21, 0x9000_0001, 0xb000_0081),
            // adrp x1, one page back.
            (elf::R_AARCH64_ADR_GOT_PAGE, 0x9000_0001, 0xf0ff_ffe1),
            // add x1, x1, #0x348
            (elf::R_AARCH64_ADD_ABS_LO12_NC, 0x9100_0021, 0x910d_2021),
            // ldrb, ldrh, ldr w, ldr x with #0x348
            (elf::R_AARCH64_LDST8_ABS_LO12_NC, 0x3940_0021, 0x394d_2021),
            (elf::R_AARCH64_LDST16_ABS_LO12_NC, 0x7940_0021, 0x7946_9021),
            (elf::R_AARCH64_LDST32_ABS_LO12_NC, 0xb940_0021, 0xb943_4821),
            (elf::R_AARCH64_LDST64_ABS_LO12_NC, 0xf940_0021, 0xf941_a421),
            // ldr x1, [x1, #0x808]
            (elf::R_AARCH64_LD64_GOT_LO12_NC, 0xf940_0021, 0xf944_0421),
        ] {
            let filled = apply_to(kind, operands, empty).unwrap();
            assert_eq!(filled, expected, "{kind}: {filled:#x}");
            let again = apply_to(kind, operands, filled);
            assert_eq!(again, Ok(expected), "{kind}: what was in the field does not matter");
        }
    }

    #[test]
    fn data_holds_addresses_and_distances() {
        let operands = Operands { target: 0x40_1000, place: 0x40_2000, loaded: None };
        for (kind, expected) in [
            (elf::R_AARCH64_ABS64, 0x40_1000u64.to_le_bytes()),
            (elf::R_AARCH64_PREL64, (-0x1000i64).to_le_bytes()),
            (elf::R_AARCH64_PREL32, [0, 0xf0, 0xff, 0xff, 0, 0, 0, 0]),
        ] {
            let mut place = [0; 8];
            assert_eq!(apply(kind, operands, &mut place), Ok(()), "{kind}");
            assert_eq!(place, expected, "{kind}");
        }
    }

    #[test]
    fn the_first_distance_that_does_not_fit_is_an_error() {
        let place = 1 << 40;
        for (kind, reach, step) in [
            (elf::R_AARCH64_CALL26, 128 << 20, 4),
            (elf::R_AARCH64_JUMP26, 128 << 20, 4),
            (elf::R_AARCH64_CONDBR19, 1 << 20, 4),
            (elf::R_AARCH64_TSTBR14, 32 << 10, 4),
            (elf::R_AARCH64_ADR_PREL_LO21, 1 << 20, 1),
            (elf::R_AARCH64_ADR_PREL_PG_HI21, 4 << 30, 4096),
            (elf::R_AARCH64_PREL32, 2 << 30, 1),
        ] {
            let at = |target| apply_to(kind, Operands { target, place, loaded: None }, NOP_BITS);
            assert!(at(place + reach - step).is_ok() && at(place - reach).is_ok(), "{kind}");
            for target in [place + reach, place - reach - step] {
                assert!(matches!(at(target), Err(Fault::TooFar { .. })), "{kind} of {target:#x}");
            }
        }
    }

    #[test]
    fn what_is_unknown_cut_off_or_misaligned_is_an_error() {
        let operands = Operands { target: 0x40_1002, place: 0x40_1000, loaded: None };
        for kind in [
            elf::R_AARCH64_TLSLE_ADD_TPREL_HI12,
            elf::R_AARCH64_CALL26,
            elf::R_AARCH64_LDST32_ABS_LO12_NC,
            elf::R_AARCH64_ADR_GOT_PAGE,
        ] {
            assert_eq!(apply_to(kind, operands, NOP_BITS), Err(Fault::Unsupported), "{kind}");
        }
        assert_eq!(apply(elf::R_AARCH64_ABS64, operands, &mut [0; 4]), Err(Fault::Unsupported));
    }
}
