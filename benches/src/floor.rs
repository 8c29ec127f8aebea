//! The floor: the smallest program there is. What it takes from spawn to exit is the kernel's part, which no program goes
//! below.
//!
//! ```text
//!   0   ELF header                64 bytes
//!  64   one PT_LOAD, r-x          56 bytes   maps the whole file at 0x40_0000
//! 120   exit(0)                   the entry
//! ```
//!
//! System V ABI, chapters 4 "Object Files" and 5 "Program Loading"; gABI 4.1 with the ELF-64 sizes.

use wasmelt_targets::{AddressSpace, Architecture, System};

const HEADER_SIZE: u16 = 64;
const SEGMENT_SIZE: u16 = 56;
const CODE_OFFSET: u64 = 120;

/// `exit(0)` as machine code.
const fn code(architecture: Architecture) -> &'static [u8] {
    match architecture {
        // mov eax, 60; xor edi, edi; syscall
        Architecture::X86_64 => &[0xb8, 0x3c, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05],
        // mov x8, #93; mov x0, #0; svc #0
        Architecture::Aarch64 => &[0xa8, 0x0b, 0x80, 0xd2, 0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4],
    }
}

/// The `e_machine` field.
const fn machine(architecture: Architecture) -> u16 {
    match architecture {
        Architecture::X86_64 => 62,
        Architecture::Aarch64 => 183,
    }
}

/// `write(1, CODE, 1)`: the mark of `mark.rs`, before the exit.
const fn mark(architecture: Architecture) -> &'static [u8] {
    match architecture {
        // mov eax, 1; mov edi, eax; mov edx, eax; mov esi, 0x400078; syscall
        Architecture::X86_64 => &[0xb8, 1, 0, 0, 0, 0x89, 0xc7, 0x89, 0xc2, 0xbe, 0x78, 0, 0x40, 0, 0x0f, 0x05],
        // mov x8, #64; mov x0, #1; mov x2, #1; adr x1, .-12; svc #0
        Architecture::Aarch64 => {
            &[0x08, 0x08, 0x80, 0xd2, 0x20, 0, 0x80, 0xd2, 0x22, 0, 0x80, 0xd2, 0xa1, 0xff, 0xff, 0x10, 1, 0, 0, 0xd4]
        }
    }
}

/// The bytes of an executable for `architecture` that does nothing but exit with status 0.
pub fn executable(architecture: Architecture) -> Vec<u8> {
    wrap(architecture, code(architecture))
}

/// The same, after it has written one byte to standard output.
pub fn marked(architecture: Architecture) -> Vec<u8> {
    wrap(architecture, &[mark(architecture), code(architecture)].concat())
}

/// An executable of nothing but `code`, position-independent machine code that begins with its entry.
pub(crate) fn wrap(architecture: Architecture, code: &[u8]) -> Vec<u8> {
    let mut file = header(architecture);
    file.extend(segment(architecture, CODE_OFFSET + code.len() as u64));
    file.extend(code);
    file
}

fn header(architecture: Architecture) -> Vec<u8> {
    const EXECUTABLE: u16 = 2;
    const VERSION: u32 = 1;
    let entry = AddressSpace::of(System::Linux, architecture).image_base + CODE_OFFSET;
    // 64-bit, little-endian, version 1, System V.
    let mut header = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    header.extend(EXECUTABLE.to_le_bytes());
    header.extend(machine(architecture).to_le_bytes());
    header.extend(VERSION.to_le_bytes());
    header.extend(entry.to_le_bytes());
    // Segments follow at once; there are no sections, and no flags.
    header.extend(u64::from(HEADER_SIZE).to_le_bytes());
    header.extend([0; 8 + 4]);
    for field in [HEADER_SIZE, SEGMENT_SIZE, 1, 0, 0, 0] {
        header.extend(field.to_le_bytes());
    }
    header
}

fn segment(architecture: Architecture, size: u64) -> Vec<u8> {
    const LOAD: u32 = 1;
    const READ_AND_EXECUTE: u32 = 4 | 1;
    let AddressSpace { image_base, page_size, .. } = AddressSpace::of(System::Linux, architecture);
    let mut segment = Vec::new();
    segment.extend(LOAD.to_le_bytes());
    segment.extend(READ_AND_EXECUTE.to_le_bytes());
    // File offset, virtual and physical address, sizes in file and memory, alignment.
    for field in [0, image_base, image_base, size, size, page_size] {
        segment.extend(field.to_le_bytes());
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_lie_where_the_header_says() {
        for architecture in Architecture::ALL {
            assert_eq!(header(architecture).len(), usize::from(HEADER_SIZE));
            assert_eq!(segment(architecture, 0).len(), usize::from(SEGMENT_SIZE));
            assert_eq!(executable(architecture).len() as u64, CODE_OFFSET + code(architecture).len() as u64);
        }
    }
}
