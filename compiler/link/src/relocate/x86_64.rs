//! Relocations of x86-64 (System V psABI for AMD64, section 4.4 "Relocation").

use object::elf;

use super::{Fault, Operands, field};

/// The kinds that load their symbol's address.
pub(super) fn loads_address(kind: u32) -> bool {
    matches!(kind, elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX)
}

/// Whether the instruction that loads the symbol's address can do without, because it calls or jumps there (psABI, section
/// B.2 "Optimize GOTPCRELX Relocations"); `before` are the bytes in front of the place. LLVM has the older kind of relocation
/// there too, which does not promise what the instruction is; but no other ends in these bytes.
pub(super) fn needs_no_load(kind: u32, before: &[u8]) -> bool {
    loads_address(kind) && (before.ends_with(&INDIRECT_CALL) || before.ends_with(&INDIRECT_JUMP))
}

/// Changes such an instruction: its place is then relative to the symbol itself ([`elf::R_X86_64_PC32`]).
pub(super) fn take_load_out(before: &mut [u8]) {
    if let Some(instruction) = before.last_chunk_mut::<2>() {
        *instruction = if *instruction == INDIRECT_CALL { PADDED_CALL } else { PADDED_JUMP };
    }
}

/// `call [rip + …]`
const INDIRECT_CALL: [u8; 2] = [0xff, 0x15];
/// `addr32 call …`: the prefix has no effect, and fills the place.
const PADDED_CALL: [u8; 2] = [0x67, 0xe8];
/// `jmp [rip + …]`
const INDIRECT_JUMP: [u8; 2] = [0xff, 0x25];
/// `addr32 jmp …`, likewise.
const PADDED_JUMP: [u8; 2] = [0x67, 0xe9];

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

#[cfg(test)]
mod tests {
    use super::*;

    /// S + A, P, G + A.
    const OPERANDS: Operands = Operands { target: 0x40_2000, place: 0x40_1000, loaded: Some(0x40_0800) };

    #[test]
    fn each_kind_is_encoded_as_the_psabi_says() {
        for (kind, expected) in [
            (elf::R_X86_64_NONE, [0xee; 8]),
            (elf::R_X86_64_64, [0, 0x20, 0x40, 0, 0, 0, 0, 0]),
            (elf::R_X86_64_PC64, [0, 0x10, 0, 0, 0, 0, 0, 0]),
            (elf::R_X86_64_32, [0, 0x20, 0x40, 0, 0xee, 0xee, 0xee, 0xee]),
            (elf::R_X86_64_32S, [0, 0x20, 0x40, 0, 0xee, 0xee, 0xee, 0xee]),
            (elf::R_X86_64_PC32, [0, 0x10, 0, 0, 0xee, 0xee, 0xee, 0xee]),
            (elf::R_X86_64_PLT32, [0, 0x10, 0, 0, 0xee, 0xee, 0xee, 0xee]),
            (elf::R_X86_64_GOTPCREL, [0, 0xf8, 0xff, 0xff, 0xee, 0xee, 0xee, 0xee]),
            (elf::R_X86_64_GOTPCRELX, [0, 0xf8, 0xff, 0xff, 0xee, 0xee, 0xee, 0xee]),
            (elf::R_X86_64_REX_GOTPCRELX, [0, 0xf8, 0xff, 0xff, 0xee, 0xee, 0xee, 0xee]),
        ] {
            let mut place = [0xee; 8];
            assert_eq!(apply(kind, OPERANDS, &mut place), Ok(()), "{kind}");
            assert_eq!(place, expected, "{kind}");
        }
    }

    #[test]
    fn calls_and_jumps_need_no_load() {
        for (before, after) in [([0x90, 0xff, 0x15], [0x90, 0x67, 0xe8]), ([0x90, 0xff, 0x25], [0x90, 0x67, 0xe9])] {
            for kind in [elf::R_X86_64_GOTPCREL, elf::R_X86_64_GOTPCRELX] {
                assert!(needs_no_load(kind, &before), "{before:x?}");
            }
            assert!(!needs_no_load(elf::R_X86_64_PC32, &before));
            let mut bytes = before;
            take_load_out(&mut bytes);
            assert_eq!(bytes, after);
        }
        // A push, a comparison, a load, nothing.
        for before in [&[0xff, 0x35][..], &[0x48, 0x3b, 0x05], &[0x48, 0x8b, 0x05], &[]] {
            assert!(!needs_no_load(elf::R_X86_64_GOTPCREL, before), "{before:x?}");
        }
    }

    #[test]
    fn the_first_value_that_does_not_fit_is_an_error() {
        let place = 1 << 40;
        for (kind, last, first) in [
            (elf::R_X86_64_32, u64::from(u32::MAX), 1 << 32),
            (elf::R_X86_64_32S, (1 << 31) - 1, 1 << 31),
            (elf::R_X86_64_32S, 0xffff_ffff_8000_0000, 0xffff_ffff_7fff_ffff),
            (elf::R_X86_64_PC32, place + (1 << 31) - 1, place + (1 << 31)),
            (elf::R_X86_64_PLT32, place - (1 << 31), place - (1 << 31) - 1),
        ] {
            let operands = |target| Operands { target, place, loaded: None };
            assert_eq!(apply(kind, operands(last), &mut [0; 8]), Ok(()), "{kind} of {last:#x}");
            let fault = apply(kind, operands(first), &mut [0; 8]);
            assert!(matches!(fault, Err(Fault::TooFar { .. })), "{kind} of {first:#x}: {fault:?}");
        }
    }

    #[test]
    fn what_is_unknown_or_cut_off_is_an_error() {
        let nowhere = Operands { loaded: None, ..OPERANDS };
        assert_eq!(apply(elf::R_X86_64_TPOFF32, OPERANDS, &mut [0; 8]), Err(Fault::Unsupported));
        assert_eq!(apply(elf::R_X86_64_PC32, OPERANDS, &mut [0; 3]), Err(Fault::Unsupported));
        assert_eq!(apply(elf::R_X86_64_GOTPCREL, nowhere, &mut [0; 8]), Err(Fault::Unsupported));
    }
}
