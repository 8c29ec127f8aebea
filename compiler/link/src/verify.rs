//! Reads an executable back and checks what must hold of it, whoever linked it.

use std::{mem::offset_of, ops::Range};

use object::{
    LittleEndian, Object, ObjectSection, elf,
    read::elf::{ElfFile64, FileHeader, ProgramHeader as _},
};
use wasmelt_abi::{ABI_VERSION, MemoryState, PROGRAM_MAGIC, ProgramHeader, grants, sections};
use wasmelt_targets::{Architecture, Target};

use crate::VerifyError;

const LE: LittleEndian = LittleEndian;
/// Bytes of a memory's state. Lossless: it is small.
const MEMORY_STATE_BYTES: u64 = size_of::<MemoryState>() as u64;

/// Checks that `executable` is a static executable for `target` whose parts are where its program header says.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn verify(executable: &[u8], target: &Target) -> Result<(), VerifyError> {
    let file = ElfFile64::<LittleEndian>::parse(executable).map_err(|_| VerifyError::Header)?;
    check_header(file.elf_header(), target)?;
    let image = Image { file: executable, segments: segments(file.elf_program_headers())? };
    image.check_segments(executable.len() as u64, target)?;
    image.check_entry(file.elf_header().e_entry(LE))?;
    let constants = file.section_by_name(sections::CONSTANTS).map_or(0, |section| section.address());
    image.check_program(constants, target)
}

fn check_header(header: &elf::FileHeader64<LittleEndian>, target: &Target) -> Result<(), VerifyError> {
    let machine = match target.architecture {
        Architecture::X86_64 => elf::EM_X86_64,
        Architecture::Aarch64 => elf::EM_AARCH64,
    };
    match header.e_type(LE) == elf::ET_EXEC && header.e_machine(LE) == machine {
        true => Ok(()),
        false => Err(VerifyError::Header),
    }
}

/// A segment that the kernel maps.
struct Segment {
    flags: u32,
    alignment: u64,
    memory: Range<u64>,
    file: Range<u64>,
}

/// The segments that the kernel maps; refuses those that static programs do not have.
fn segments(headers: &[elf::ProgramHeader64<LittleEndian>]) -> Result<Vec<Segment>, VerifyError> {
    let mut segments = Vec::new();
    let mut stack_is_data = false;
    for header in headers {
        match header.p_type(LE) {
            elf::PT_LOAD => segments.push(Segment {
                flags: header.p_flags(LE),
                alignment: header.p_align(LE),
                memory: range(header.p_vaddr(LE), header.p_memsz(LE))?,
                file: range(header.p_offset(LE), header.p_filesz(LE))?,
            }),
            elf::PT_GNU_STACK => stack_is_data = header.p_flags(LE) & elf::PF_X == 0,
            elf::PT_NULL | elf::PT_NOTE | elf::PT_PHDR => {}
            other => return Err(VerifyError::NotStatic(other)),
        }
    }
    match stack_is_data {
        true => Ok(segments),
        false => Err(VerifyError::ExecutableStack),
    }
}

fn range(start: u64, length: u64) -> Result<Range<u64>, VerifyError> {
    Ok(start..start.checked_add(length).ok_or(VerifyError::Segment(start))?)
}

/// The executable as it is in memory when the process starts.
struct Image<'a> {
    file: &'a [u8],
    segments: Vec<Segment>,
}

impl Image<'_> {
    fn check_segments(&self, file_bytes: u64, target: &Target) -> Result<(), VerifyError> {
        let page = target.address_space().page_size;
        let mut end = 0;
        for segment in &self.segments {
            let start = segment.memory.start;
            if segment.flags & (elf::PF_W | elf::PF_X) == elf::PF_W | elf::PF_X {
                return Err(VerifyError::WritableCode(start));
            }
            let in_order = end <= start - start % page;
            let congruent = segment.alignment == page && start % page == segment.file.start % page;
            let in_file = segment.file.end <= file_bytes && length(&segment.file) <= length(&segment.memory);
            if !(in_order && congruent && in_file) {
                return Err(VerifyError::Segment(start));
            }
            end = segment.memory.end;
        }
        Ok(())
    }

    fn check_entry(&self, entry: u64) -> Result<(), VerifyError> {
        let executable = self.find(&(entry..entry + 1)).is_some_and(|segment| segment.flags & elf::PF_X != 0);
        // Both the x86-64 psABI and the A64 encoding are content with less, but `_start` is aligned like any function.
        match executable && entry.is_multiple_of(4) {
            true => Ok(()),
            false => Err(VerifyError::Entry(entry)),
        }
    }

    /// The program header is the first thing in the section of constants.
    fn check_program(&self, constants: u64, target: &Target) -> Result<(), VerifyError> {
        let header = self
            .program_header(constants)
            .ok_or(VerifyError::ProgramHeader { address: constants, expected: ABI_VERSION })?;
        let part = |part, found: bool| if found { Ok(()) } else { Err(VerifyError::Part { part }) };
        part("entry", self.has(elf::PF_X, header.entry, 1))?;
        part("text", self.has(elf::PF_X, header.text, 0))?;
        part("trap table", self.has(elf::PF_R, header.trap_table, header.trap_table_bytes))?;
        let handlers = header.handlers == 0 || self.has(elf::PF_R, header.handlers, header.handlers_bytes);
        part("handler table", handlers)?;
        let grants = self.bytes_from(header.grants).and_then(grants::table_bytes);
        part("grants table", grants.is_some_and(|bytes| self.has(elf::PF_R, header.grants, bytes as u64)))?;
        let memory_bytes = MEMORY_STATE_BYTES * u64::from(header.memory_count);
        part("memories", self.has(elf::PF_W, header.memories, memory_bytes))?;
        let copied = header.state_image == 0 || self.has(elf::PF_R, header.state_image, header.state_image_bytes);
        part("state", copied && self.has(elf::PF_W, header.state, header.state_image_bytes))?;
        let memories = match header.state_image {
            0 => header.memories,
            image => header.memories.wrapping_sub(header.state).wrapping_add(image),
        };
        (0..header.memory_count).try_for_each(|number| self.check_memory(memories, number, target))
    }

    fn program_header(&self, address: u64) -> Option<Header> {
        let bytes = self.bytes_from(address)?;
        if !bytes.starts_with(&PROGRAM_MAGIC)
            || self.u32_at(address, offset_of!(ProgramHeader, abi_version))? != ABI_VERSION
        {
            return None;
        }
        Some(Header {
            memory_count: self.u32_at(address, offset_of!(ProgramHeader, memory_count))?,
            state: self.u64_at(address, offset_of!(ProgramHeader, state))?,
            state_image: self.u64_at(address, offset_of!(ProgramHeader, state_image))?,
            state_image_bytes: self.u64_at(address, offset_of!(ProgramHeader, state_image_bytes))?,
            memories: self.u64_at(address, offset_of!(ProgramHeader, memories))?,
            entry: self.u64_at(address, offset_of!(ProgramHeader, entry))?,
            trap_table: self.u64_at(address, offset_of!(ProgramHeader, trap_table))?,
            trap_table_bytes: self.u64_at(address, offset_of!(ProgramHeader, trap_table_bytes))?,
            text: self.u64_at(address, offset_of!(ProgramHeader, text))?,
            handlers: self.u64_at(address, offset_of!(ProgramHeader, handlers))?,
            handlers_bytes: self.u64_at(address, offset_of!(ProgramHeader, handlers_bytes))?,
            grants: self.u64_at(address, offset_of!(ProgramHeader, grants))?,
        })
    }

    /// A memory, whose state is in the file from `memories` on: one that counts as mapped has all of its initial size, in whole pages of the hardware, in writable segments.
    fn check_memory(&self, memories: u64, number: u32, target: &Target) -> Result<(), VerifyError> {
        let state = memories + u64::from(number) * MEMORY_STATE_BYTES;
        let as_it_says = || {
            let base = self.u64_at(state, offset_of!(MemoryState, base))?;
            let bytes = self.u64_at(state, offset_of!(MemoryState, byte_length))?;
            let mapped = self.u32_at(state, offset_of!(MemoryState, mapped))?;
            let in_place = base == target.address_space().memory_base(number);
            let pages = bytes.checked_next_multiple_of(target.address_space().page_size)?;
            Some(in_place && (mapped == 0 || self.is_mapped(base, pages)))
        };
        match as_it_says() {
            Some(true) => Ok(()),
            _ => Err(VerifyError::Memory(number)),
        }
    }

    /// Whether writable segments, one behind the other, hold `bytes` bytes from `base` on.
    fn is_mapped(&self, base: u64, bytes: u64) -> bool {
        let mut end = base;
        for segment in &self.segments {
            if segment.memory.contains(&end) && segment.flags & elf::PF_W != 0 {
                end = segment.memory.end;
            }
        }
        Some(end) == base.checked_add(bytes)
    }

    /// Whether a segment with all of `flags` holds `length` bytes from `address` on.
    fn has(&self, flags: u32, address: u64, length: u64) -> bool {
        let Some(end) = address.checked_add(length) else { return false };
        self.find(&(address..end)).is_some_and(|segment| segment.flags & flags == flags)
    }

    /// The segment that holds `addresses`; of an empty range, the segment that it starts in, not one that ends there.
    fn find(&self, addresses: &Range<u64>) -> Option<&Segment> {
        let holds = |it: &&Segment| it.memory.contains(&addresses.start) && addresses.end <= it.memory.end;
        self.segments.iter().find(holds)
    }

    /// What is in the file from `address` to the end of its segment.
    fn bytes_from(&self, address: u64) -> Option<&[u8]> {
        let segment = self.find(&(address..address))?;
        let skipped = address - segment.memory.start;
        let start = usize::try_from(segment.file.start + skipped).ok()?;
        self.file.get(start..usize::try_from(segment.file.end).ok()?)
    }

    fn u32_at(&self, address: u64, offset: usize) -> Option<u32> {
        Some(u32::from_le_bytes(*self.bytes_from(address)?.get(offset..)?.first_chunk()?))
    }

    fn u64_at(&self, address: u64, offset: usize) -> Option<u64> {
        Some(u64::from_le_bytes(*self.bytes_from(address)?.get(offset..)?.first_chunk()?))
    }
}

/// What is checked of a program header.
struct Header {
    state: u64,
    state_image: u64,
    state_image_bytes: u64,
    memory_count: u32,
    memories: u64,
    entry: u64,
    trap_table: u64,
    trap_table_bytes: u64,
    text: u64,
    handlers: u64,
    handlers_bytes: u64,
    grants: u64,
}

fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{link_all, program, runtime, targets};

    fn executable(target: &Target) -> Vec<u8> {
        link_all(&[program(target), runtime(target)], target).unwrap()
    }

    /// The offset in the file of the first program header whose type and flags are these.
    fn find_header(file: &[u8], kind: u32, flags: u32) -> usize {
        let headers = (64..).step_by(56).take(usize::from(file[56]));
        let wanted = [kind.to_le_bytes(), flags.to_le_bytes()].concat();
        headers.into_iter().find(|&at| file[at..].starts_with(&wanted)).unwrap()
    }

    fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
        file[at..][..bytes.len()].copy_from_slice(bytes);
    }

    /// The offset in the file of the first occurrence of the program header's magic.
    fn program_header(file: &[u8]) -> usize {
        file.windows(PROGRAM_MAGIC.len()).position(|window| window == PROGRAM_MAGIC).unwrap()
    }

    /// The offset in the file of the state of memory 0: behind the program header's and the sections' constants, found by
    /// the memory's base.
    fn memory_state(file: &[u8], target: &Target) -> usize {
        let base = target.address_space().first_memory.to_le_bytes();
        let wanted = [base.as_slice(), &(128u64 << 10).to_le_bytes()].concat();
        file.windows(16).position(|window| window == wanted).unwrap()
    }

    #[test]
    fn linked_executables_pass() {
        for target in targets() {
            assert_eq!(verify(&executable(&target), &target), Ok(()));
        }
    }

    #[test]
    fn an_address_where_two_segments_meet_is_in_the_second() {
        let segment = |flags, memory| Segment { flags, alignment: 0x1000, file: 0..0, memory };
        let segments = vec![segment(elf::PF_R, 0x1000..0x2000), segment(elf::PF_R | elf::PF_X, 0x2000..0x3000)];
        let image = Image { file: &[], segments };
        assert!(image.has(elf::PF_X, 0x2000, 0));
        assert!(!image.has(elf::PF_R, 0x3000, 0));
    }

    #[test]
    fn executables_for_another_target_are_refused() {
        for target in targets() {
            for other in targets().filter(|other| *other != target) {
                assert_eq!(verify(&executable(&target), &other), Err(VerifyError::Header));
            }
        }
    }

    #[test]
    fn each_kind_of_damage_is_found() {
        type Damage = fn(&mut [u8], &Target);
        type Check = fn(&VerifyError) -> bool;
        let cases: &[(&str, Damage, Check)] = &[
            ("no ELF file", |file, _| put(file, 0, &[0]), |it| matches!(it, VerifyError::Header)),
            ("shared object", |file, _| put(file, 16, &[3]), |it| matches!(it, VerifyError::Header)),
            (
                "interpreter",
                |file, _| put(file, find_header(file, elf::PT_GNU_STACK, 6), &elf::PT_INTERP.to_le_bytes()),
                |it| matches!(it, VerifyError::NotStatic(elf::PT_INTERP)),
            ),
            (
                "executable stack",
                |file, _| put(file, find_header(file, elf::PT_GNU_STACK, 6) + 4, &[7]),
                |it| matches!(it, VerifyError::ExecutableStack),
            ),
            (
                "writable code",
                |file, _| put(file, find_header(file, elf::PT_LOAD, 5) + 4, &[7]),
                |it| matches!(it, VerifyError::WritableCode(_)),
            ),
            (
                "place in the file",
                |file, _| {
                    let at = find_header(file, elf::PT_LOAD, 6) + 8;
                    file[at] ^= 1;
                },
                |it| matches!(it, VerifyError::Segment(_)),
            ),
            ("entry", |file, _| put(file, 24, &[1]), |it| matches!(it, VerifyError::Entry(_))),
            (
                "ABI version",
                |file, _| put(file, program_header(file) + offset_of!(ProgramHeader, abi_version), &[0xff]),
                |it| matches!(it, VerifyError::ProgramHeader { .. }),
            ),
            (
                "program entry",
                |file, _| put(file, program_header(file) + offset_of!(ProgramHeader, entry), &[0; 8]),
                |it| matches!(it, VerifyError::Part { part: "entry" }),
            ),
            (
                "trap table",
                |file, _| put(file, program_header(file) + offset_of!(ProgramHeader, trap_table_bytes) + 4, &[1]),
                |it| matches!(it, VerifyError::Part { part: "trap table" }),
            ),
            (
                "handler table",
                |file, _| put(file, program_header(file) + offset_of!(ProgramHeader, handlers) + 4, &[0, 1, 0, 0, 1]),
                |it| matches!(it, VerifyError::Part { part: "handler table" }),
            ),
            (
                "grants",
                |file, _| put(file, program_header(file) + offset_of!(ProgramHeader, grants), &[0; 8]),
                |it| matches!(it, VerifyError::Part { part: "grants table" }),
            ),
            (
                "memory count",
                |file, _| put(file, program_header(file) + offset_of!(ProgramHeader, memory_count), &[0xff; 4]),
                |it| matches!(it, VerifyError::Part { part: "memories" }),
            ),
            (
                "memory size",
                |file, target| put(file, memory_state(file, target) + offset_of!(MemoryState, byte_length), &[1]),
                |it| matches!(it, VerifyError::Memory(0)),
            ),
            (
                "memory base",
                |file, target| put(file, memory_state(file, target), &[1]),
                |it| matches!(it, VerifyError::Memory(0)),
            ),
        ];
        for target in targets() {
            for (name, damage, check) in cases {
                let mut file = executable(&target);
                damage(&mut file, &target);
                let error = verify(&file, &target).unwrap_err();
                assert!(check(&error), "{name}: {error}");
            }
        }
    }

    #[test]
    fn cut_off_executables_are_refused() {
        for target in targets() {
            let file = executable(&target);
            for length in [0, 63, 64, 200, file.len() / 2, file.len() - 1] {
                assert!(verify(&file[..length], &target).is_err(), "{length} of {} bytes", file.len());
            }
        }
    }
}
