//! Addresses and places in the file.
//!
//! ```text
//! file      | ELF header, constants | code | variables |  padding | memory 0 | …
//! address   image                   +page  +page       …          memory_base(0)
//! ```
//!
//! Law: the kernel maps whole pages, so in each segment address ≡ place in the file, modulo the page size. For constants,
//! code and variables the address follows from the place in the file, so that nothing has to be padded; memories have
//! their addresses given, so the file is padded in front of them.

use wasmelt_targets::{AddressSpace, Target};

use crate::{
    LinkError,
    input::{Access, Input, Value},
    output::{OutputSection, Region},
    resolve::SymbolId,
};

/// Bytes of an ELF header.
pub(crate) const FILE_HEADER_BYTES: u64 = 64;
/// Bytes of an ELF program header.
pub(crate) const PROGRAM_HEADER_BYTES: u64 = 56;

/// Where everything lies.
#[derive(Debug)]
pub(crate) struct Layout<'a> {
    /// In ascending order of address.
    pub(crate) sections: Vec<PlacedSection<'a>>,
    /// What the kernel maps, in ascending order of address.
    pub(crate) segments: Vec<Segment>,
    /// Bytes of the file up to the end of what is mapped.
    pub(crate) file_bytes: u64,
    /// Addresses of the input sections: by input, by section; `None` for those that are not in the executable.
    addresses: Vec<Vec<Option<u64>>>,
}

/// An output section and its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PlacedSection<'a> {
    pub(crate) section: OutputSection<'a>,
    pub(crate) address: u64,
    pub(crate) file_offset: u64,
}

/// A part of the file that the kernel maps, and zeros behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) access: Access,
    pub(crate) address: u64,
    pub(crate) file_offset: u64,
    pub(crate) file_bytes: u64,
    pub(crate) memory_bytes: u64,
}

/// Gives every section its place.
pub(crate) fn arrange<'a>(
    inputs: &[Input<'a>],
    sections: Vec<OutputSection<'a>>,
    target: &Target,
) -> Result<Layout<'a>, LinkError> {
    let space = target.address_space();
    let mut arranger = Arranger::new(count_segments(&sections), space);
    for section in sections {
        arranger.place(section);
    }
    let end = arranger.image_end;
    let Some(room) = space.first_memory.checked_sub(end) else {
        return Err(LinkError::TooLarge { end, limit: space.first_memory });
    };
    if space.image_meets_memory {
        arranger.move_image(room - room % space.page_size);
        arranger.join_memory();
    }
    Ok(arranger.finish(inputs))
}

impl Layout<'_> {
    /// The address of an input section, if it is in the executable.
    pub(crate) fn section_address(&self, input: usize, section: usize) -> Option<u64> {
        self.addresses[input][section]
    }

    /// The address that a definition stands for, if it is in the executable.
    pub(crate) fn symbol_address(&self, inputs: &[Input<'_>], definition: SymbolId) -> Option<u64> {
        match inputs[definition.input].symbols[definition.symbol].value {
            Value::InSection { section, offset } => {
                Some(self.section_address(definition.input, section)?.wrapping_add(offset))
            }
            Value::Absolute(address) => Some(address),
            Value::Undefined => None,
        }
    }
}

impl Region {
    fn access(self) -> Access {
        match self {
            Region::Constants => Access::Read,
            Region::Code => Access::Execute,
            Region::Variables | Region::ZeroVariables | Region::Memory { .. } => Access::Write,
        }
    }

    fn in_file(self) -> bool {
        match self {
            Region::Constants | Region::Code | Region::Variables => true,
            Region::ZeroVariables => false,
            Region::Memory { in_file, .. } => in_file,
        }
    }
}

/// How many segments there can be at most: one for the headers and constants, one for code, one for variables, one for
/// each part of a memory.
fn count_segments(sections: &[OutputSection<'_>]) -> u64 {
    let memories = sections.iter().filter(|section| matches!(section.region, Region::Memory { .. }));
    3 + memories.count() as u64
}

struct Arranger<'a> {
    space: AddressSpace,
    sections: Vec<PlacedSection<'a>>,
    segments: Vec<Segment>,
    /// The next free byte of the file.
    file_offset: u64,
    /// Address after the last byte of constants, code and variables.
    image_end: u64,
}

impl<'a> Arranger<'a> {
    /// The first segment begins with the ELF header and room for `segments` program headers and that of the stack.
    fn new(segments: u64, space: AddressSpace) -> Arranger<'a> {
        let headers = FILE_HEADER_BYTES + (segments + 1) * PROGRAM_HEADER_BYTES;
        let first = Segment {
            access: Access::Read,
            address: space.image_base,
            file_offset: 0,
            file_bytes: headers,
            memory_bytes: headers,
        };
        Arranger {
            space,
            sections: Vec::new(),
            segments: vec![first],
            file_offset: headers,
            image_end: space.image_base + headers,
        }
    }

    fn place(&mut self, section: OutputSection<'a>) {
        let region = section.region;
        if region.in_file() {
            let alignment = match region {
                Region::Memory { .. } => self.space.page_size,
                _ => section.alignment,
            };
            self.file_offset = self.file_offset.next_multiple_of(alignment);
        }
        if !self.continues_segment(region) {
            self.open_segment(region);
        }
        let segment = self.segments.last_mut().expect("invariant: there is always a first segment");
        // In the file, the offset from the segment's start is the same as in memory. What is not in the file comes
        // behind all that is, at the alignment that the segment's address has as well.
        let offset = match region.in_file() {
            true => self.file_offset - segment.file_offset,
            false => (segment.address + segment.memory_bytes).next_multiple_of(section.alignment) - segment.address,
        };
        let address = segment.address + offset;
        segment.memory_bytes = offset + section.size;
        if region.in_file() {
            segment.file_bytes = segment.memory_bytes;
            self.file_offset += section.size;
        }
        if !matches!(region, Region::Memory { .. }) {
            self.image_end = address + section.size;
        }
        self.sections.push(PlacedSection { section, address, file_offset: self.file_offset_of(region, offset) });
    }

    /// Where a section at `offset` of the last segment lies in the file; for one that is not in it, where it would begin.
    fn file_offset_of(&self, region: Region, offset: u64) -> u64 {
        let segment = self.segments.last().expect("invariant: there is always a first segment");
        match region.in_file() {
            true => segment.file_offset + offset,
            false => segment.file_offset + segment.file_bytes,
        }
    }

    /// Whether a section of `region` goes into the last segment.
    fn continues_segment(&self, region: Region) -> bool {
        let last = self.segments.last().expect("invariant: there is always a first segment");
        match region {
            Region::Memory { address, in_file } => !in_file && last.address + last.memory_bytes == address,
            _ => last.access == region.access(),
        }
    }

    fn open_segment(&mut self, region: Region) {
        let page = self.space.page_size;
        let address = match region {
            Region::Memory { address, .. } => address,
            _ if region.in_file() => self.image_end.next_multiple_of(page) + self.file_offset % page,
            _ => self.image_end.next_multiple_of(page),
        };
        let file_offset = match region.in_file() {
            true => self.file_offset,
            // Nothing of it is in the file; the place only has to be congruent.
            false => self.file_offset - self.file_offset % page + address % page,
        };
        self.segments.push(Segment { access: region.access(), address, file_offset, file_bytes: 0, memory_bytes: 0 });
    }

    /// Moves the image up by `distance`, a multiple of the page size.
    fn move_image(&mut self, distance: u64) {
        for section in self.sections.iter_mut().filter(|it| !matches!(it.section.region, Region::Memory { .. })) {
            section.address += distance;
        }
        let first_memory = self.space.first_memory;
        for segment in self.segments.iter_mut().filter(|segment| segment.address < first_memory) {
            segment.address += distance;
        }
    }

    /// Makes one segment of the variables and the zeros of memory 0 behind them: for the kernel that is one mapping less to
    /// make and to join, 4 µs of a program's life.
    fn join_memory(&mut self) {
        let (first_memory, page) = (self.space.first_memory, self.space.page_size);
        let Some(memory) = self.segments.iter().position(|segment| segment.address == first_memory) else { return };
        let (zeros, variables) = (self.segments[memory], &mut self.segments[memory - 1]);
        let meets = (variables.address + variables.memory_bytes).next_multiple_of(page) == first_memory;
        if meets && variables.access == zeros.access && zeros.file_bytes == 0 {
            variables.memory_bytes = zeros.address + zeros.memory_bytes - variables.address;
            self.segments.remove(memory);
        }
    }

    fn finish(self, inputs: &[Input<'_>]) -> Layout<'a> {
        let mut addresses: Vec<Vec<Option<u64>>> =
            inputs.iter().map(|input| vec![None; input.sections.len()]).collect();
        for placed in &self.sections {
            for member in &placed.section.members {
                addresses[member.id.input][member.id.section] = Some(placed.address + member.offset);
            }
        }
        let segments = self.segments;
        Layout { sections: self.sections, segments, file_bytes: self.file_offset, addresses }
    }
}

#[cfg(test)]
mod tests {
    use object::SectionKind;

    use super::*;
    use crate::{
        output, reachable, resolve,
        testing::{TestObject, link_all, parse_all, program, program_with_image, runtime, targets},
        verify::verify,
    };

    fn with_layout(files: &[Vec<u8>], target: &Target, check: impl Fn(&Layout<'_>)) {
        let inputs = parse_all(files, target).unwrap();
        let symbols = resolve::resolve(&inputs).unwrap();
        let reachable = reachable::trace(&inputs, &symbols, target.architecture).unwrap();
        let sections = output::group(&inputs, &reachable, target).unwrap();
        check(&arrange(&inputs, sections, target).unwrap());
    }

    /// A runtime with constants, code, variables and zero variables, which `_start` refers to.
    fn full_runtime(target: &Target, zero_bytes: usize) -> Vec<u8> {
        let mut object = TestObject::new(target);
        object.section(".rodata.text", SectionKind::ReadOnlyData, "constant", &[1; 77]);
        object.section(".data.counter", SectionKind::Data, "variable", &[2; 33]);
        object.section(".bss.buffer", SectionKind::UninitializedData, "zero", &vec![0; zero_bytes]);
        let start = object.section(".text._start", SectionKind::Text, "_start", &[0; 32]);
        for (symbol, offset) in ["constant", "variable", "zero"].into_iter().zip((0..).step_by(8)) {
            object.address(start, offset, symbol);
        }
        object.finish()
    }

    #[test]
    fn segments_are_in_order_on_pages_of_their_own_and_congruent() {
        for target in targets() {
            let page = target.address_space().page_size;
            for files in [[program(&target), runtime(&target)], [program(&target), full_runtime(&target, 100_000)]] {
                with_layout(&files, &target, |layout| {
                    for segment in &layout.segments {
                        assert_eq!(segment.address % page, segment.file_offset % page);
                        assert!(segment.file_bytes <= segment.memory_bytes);
                        assert!(segment.file_offset + segment.file_bytes <= layout.file_bytes);
                    }
                    for pair in layout.segments.windows(2) {
                        let end = pair[0].address + pair[0].memory_bytes;
                        assert!(end.next_multiple_of(page) <= pair[1].address - pair[1].address % page);
                    }
                });
            }
        }
    }

    #[test]
    fn sections_do_not_overlap_and_are_aligned() {
        for target in targets() {
            with_layout(&[program(&target), full_runtime(&target, 5000)], &target, |layout| {
                for placed in &layout.sections {
                    assert_eq!(placed.address % placed.section.alignment, 0, "{}", placed.section.name);
                }
                for pair in layout.sections.windows(2) {
                    assert!(pair[0].address + pair[0].section.size <= pair[1].address, "{}", pair[1].section.name);
                }
            });
        }
    }

    #[test]
    fn only_memories_are_padded_for_in_the_file() {
        for target in targets() {
            with_layout(&[program(&target), full_runtime(&target, 5000)], &target, |layout| {
                let image =
                    layout.segments.iter().filter(|segment| segment.address < target.address_space().first_memory);
                for pair in image.collect::<Vec<_>>().windows(2) {
                    assert!(pair[1].file_offset - (pair[0].file_offset + pair[0].file_bytes) < 16);
                }
            });
        }
    }

    #[test]
    fn a_memory_and_its_zeros_are_one_segment() {
        for target in targets() {
            with_layout(&[program(&target), runtime(&target)], &target, |layout| {
                let memory = layout.segments.last().unwrap();
                assert_eq!((memory.address, memory.memory_bytes), (target.address_space().first_memory, 128 << 10));
                assert_eq!(memory.file_bytes, target.address_space().page_size);
            });
        }
    }

    #[test]
    fn where_the_image_meets_the_memory_no_page_is_between() {
        for target in targets() {
            let space = target.address_space();
            with_layout(&[program(&target), runtime(&target)], &target, |layout| {
                let image = layout.segments.iter().rfind(|segment| segment.address < space.first_memory).unwrap();
                let end = (image.address + image.memory_bytes).next_multiple_of(space.page_size);
                assert_eq!(end == space.first_memory, space.image_meets_memory);
                assert_eq!(layout.segments[0].address == space.image_base, !space.image_meets_memory);
            });
        }
    }

    #[test]
    fn zeros_of_a_memory_right_behind_the_variables_are_in_their_segment() {
        for target in targets() {
            let space = target.address_space();
            let end = space.first_memory + (128 << 10);
            for (image, joined) in [(0, space.image_meets_memory), (64 << 10, false)] {
                let files = [program_with_image(&target, image), full_runtime(&target, 5000)];
                with_layout(&files, &target, |layout| {
                    let last = layout.segments.last().unwrap();
                    assert_eq!(last.address + last.memory_bytes, end);
                    assert_eq!(last.address < space.first_memory, joined, "{target:?}");
                });
                verify(&link_all(&files, &target).unwrap(), &target).unwrap();
            }
        }
    }

    #[test]
    fn what_does_not_fit_below_the_memory_is_too_large() {
        let target = Target::baseline(wasmelt_targets::Architecture::X86_64);
        let limit = target.address_space().first_memory;
        let files = [program(&target), full_runtime(&target, 1 << 30)];
        match link_all(&files, &target) {
            Err(LinkError::TooLarge { end, limit: at }) => assert!(at == limit && end > limit),
            other => panic!("{other:?}"),
        }
    }
}
