//! Initial contents of memories: the data segments that are folded into them.
//!
//! A small image is copied by the runtime, from the constants: one page fault less than mapping it, and no padding in the
//! executable. A large one is mapped by the kernel, from sections that together are the memory's whole initial size:
//!
//! ```text
//! .wasmelt.memory.0.0         image, padded to whole pages
//! .wasmelt.memory.0.30000     zeros, not in the file
//! .wasmelt.memory.0.40000000  image of data far away
//! .wasmelt.memory.0.40010000  zeros, up to the initial size
//! ```
//!
//! Where Wasmelt does not link the program, everything is copied: whoever links it need not know of such sections.
//!
//! The names hold the memory's number in decimal and the part's offset in it in hexadecimal. Padding matters: behind an
//! image that ends within a page, the kernel has to touch that page to clear the rest of it.

use std::ops::Range;

use wasmelt_abi::sections;
use wasmelt_codegen::{CompiledProgram, MemoryPlace};
use wasmelt_module::{Program, SegmentMode};

use crate::{
    Linker, ObjectError,
    blob::{Blob, to_usize},
    file::{ObjectFile, Section},
    item::Item,
    tables,
};

/// Most bytes of an image that is copied.
const COPIED_BYTES: u64 = 16 << 10;
/// So many zeros between data are left out of the file: a part of its own costs the start of the program some 4 µs. At
/// least two pages of the largest size, so that parts never share one.
const GAP_BYTES: u64 = 128 << 10;
/// What a gap has to be of the data to be left out: in a large file, zeros that hardly matter are cheaper than a part.
const GAP_OF_DATA: u64 = 16;
/// Most parts with an image of one memory: with their gaps, those of all memories together have to be fewer than the 1170
/// program headers that Linux accepts.
const MAXIMUM_PARTS: usize = 16;
/// Most bytes of a memory's images in the executable.
const MAXIMUM_BYTES: u64 = 1 << 30;
/// Most bytes of memory 0 that the kernel maps although there is no image to map. They are then one mapping with the variables
/// of the runtime, which lie in front; a range of a reservation that is made accessible is one more. A larger memory is
/// left to the runtime, which can say that there is no room for it.
const MAPPED_ZEROS: u64 = 16 << 20;
/// Alignment of a copied image, for the copying's sake.
const COPY_ALIGNMENT: u64 = 16;

/// A memory's initial contents.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MemoryImage {
    /// All bytes are 0.
    Zero,
    /// The runtime copies the bytes to the offset.
    Copied { offset: u64, bytes: Vec<u8> },
    /// The kernel maps the parts, which together are the whole initial size.
    Mapped { parts: Vec<Part> },
}

/// A part of a mapped memory.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Bytes from the memory's start, a multiple of the page size.
    offset: u64,
    contents: Contents,
}

#[derive(Debug, PartialEq, Eq)]
enum Contents {
    Image(Vec<u8>),
    Zeros(u64),
}

impl MemoryImage {
    /// The contents of all memories, in order of their numbers.
    pub(crate) fn of_all(
        program: &Program,
        compiled: &CompiledProgram,
        linker: Linker,
    ) -> Result<Vec<MemoryImage>, ObjectError> {
        let page = compiled.target.address_space().page_size;
        let is_mapped = linker == Linker::Wasmelt;
        let memories = compiled.layout.memories.iter().enumerate();
        memories
            .map(|(number, place)| {
                // The kernel maps whole pages, and the runtime counts on them (`memory.rs` there).
                let size = place.initial_bytes.next_multiple_of(page);
                MemoryImage::of(&folded(program, place), is_mapped.then_some((size, page)), number)
            })
            .collect()
    }

    /// Whether the kernel maps the memory with this number and initial size, rather than the runtime.
    pub(crate) fn is_mapped(&self, linker: Linker, number: u32, initial_bytes: u64) -> bool {
        match self {
            MemoryImage::Mapped { .. } => true,
            MemoryImage::Zero | MemoryImage::Copied { .. } => {
                linker == Linker::Wasmelt && number == 0 && (1..=MAPPED_ZEROS).contains(&initial_bytes)
            }
        }
    }

    /// The contents that `segments` leave in a memory, a later one on top of an earlier one. `mapped` is its size and the
    /// size of a page where it can be mapped.
    fn of(segments: &[Segment<'_>], mapped: Option<(u64, u64)>, memory: usize) -> Result<MemoryImage, ObjectError> {
        let ranges = clusters(segments);
        let bytes = ranges.iter().map(|range| range.end - range.start).sum();
        if bytes > MAXIMUM_BYTES {
            return Err(ObjectError::ScatteredData { memory, bytes, limit: MAXIMUM_BYTES });
        }
        let images: Vec<Image> = ranges.into_iter().filter_map(|range| Image::of(segments, range)).collect();
        let (Some(first), Some(last)) = (images.first(), images.last()) else { return Ok(MemoryImage::Zero) };
        match (last.end() - first.offset, mapped) {
            (bytes, Some((size, page))) if bytes > COPIED_BYTES => {
                Ok(MemoryImage::Mapped { parts: parts(&images, size, page) })
            }
            (bytes, None) if bytes > MAXIMUM_BYTES => {
                Err(ObjectError::ScatteredData { memory, bytes, limit: MAXIMUM_BYTES })
            }
            _ => {
                let (offset, bytes) = (first.offset, span(&images, first.offset, last.end()));
                Ok(MemoryImage::Copied { offset, bytes })
            }
        }
    }
}

/// A data segment: where it goes, and its bytes.
type Segment<'a> = (u64, &'a [u8]);

/// The segments that are folded into a memory, in order.
fn folded<'p>(program: &'p Program, place: &MemoryPlace) -> Vec<Segment<'p>> {
    let instance = place.memory.instance;
    let module = program.module(instance);
    let active = place.folded.iter().filter_map(|&segment| match &module.data[segment.index()].mode {
        SegmentMode::Active { offset, .. } => {
            Some((tables::unsigned(program.evaluate(instance, offset)), module.data_bytes(segment)))
        }
        SegmentMode::Passive | SegmentMode::Declared => None,
    });
    active.filter(|(_, bytes)| !bytes.is_empty()).collect()
}

fn range((offset, bytes): &Segment<'_>) -> Range<u64> {
    // Lossless: usize has at most 64 bits. No overflow: folded segments are in the memory.
    *offset..*offset + bytes.len() as u64
}

/// The ranges that the segments cover, those with small gaps between them joined; in ascending order, and not too many.
fn clusters(segments: &[Segment<'_>]) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = segments.iter().map(range).collect();
    ranges.sort_by_key(|range| range.start);
    let data: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    let mut gap = GAP_BYTES.max(data / GAP_OF_DATA);
    ranges = join(ranges, gap);
    while ranges.len() > MAXIMUM_PARTS {
        gap *= 2;
        ranges = join(ranges, gap);
    }
    ranges
}

/// Joins ranges, in ascending order of their starts, with less than `gap` bytes between them.
fn join(ranges: Vec<Range<u64>>, gap: u64) -> Vec<Range<u64>> {
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start < last.end.saturating_add(gap) => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Contents without zeros at their ends.
#[derive(Debug)]
struct Image {
    offset: u64,
    bytes: Vec<u8>,
}

impl Image {
    /// What `segments` leave in `range`, which holds each of them whole or not at all; `None` if all of it is 0.
    fn of(segments: &[Segment<'_>], range: Range<u64>) -> Option<Image> {
        let mut bytes = vec![0; to_usize(range.end - range.start)];
        for (offset, contents) in segments.iter().filter(|(offset, _)| range.contains(offset)) {
            bytes[to_usize(offset - range.start)..][..contents.len()].copy_from_slice(contents);
        }
        let is_nonzero = |&byte: &u8| byte != 0;
        let first = bytes.iter().position(is_nonzero)?;
        bytes.truncate(bytes.iter().rposition(is_nonzero)? + 1);
        bytes.drain(..first);
        Some(Image { offset: range.start + first as u64, bytes })
    }

    fn end(&self) -> u64 {
        self.offset + self.bytes.len() as u64
    }
}

/// The bytes from `start` to `end`, which holds all of `images`.
fn span(images: &[Image], start: u64, end: u64) -> Vec<u8> {
    let mut bytes = vec![0; to_usize(end - start)];
    for image in images {
        bytes[to_usize(image.offset - start)..][..image.bytes.len()].copy_from_slice(&image.bytes);
    }
    bytes
}

/// The parts of a memory of `size` bytes.
fn parts(images: &[Image], size: u64, page: u64) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut end = 0;
    for image in images {
        let first_page = image.offset - image.offset % page;
        // A short stretch of zeros at the memory's start is cheaper in the file than a part of its own.
        let start = if first_page - end < GAP_BYTES { end } else { first_page };
        push_zeros(&mut parts, end..start);
        end = image.end().next_multiple_of(page);
        parts.push(Part { offset: start, contents: Contents::Image(span(std::slice::from_ref(image), start, end)) });
    }
    push_zeros(&mut parts, end..size);
    parts
}

fn push_zeros(parts: &mut Vec<Part>, range: Range<u64>) {
    if !range.is_empty() {
        parts.push(Part { offset: range.start, contents: Contents::Zeros(range.end - range.start) });
    }
}

/// Emits the images.
pub(crate) fn emit<'a>(
    file: &mut ObjectFile<'a>,
    compiled: &CompiledProgram,
    images: &'a [MemoryImage],
    linker: Linker,
) {
    let page = compiled.target.address_space().page_size;
    for ((image, place), number) in images.iter().zip(&compiled.layout.memories).zip(0..) {
        match image {
            MemoryImage::Mapped { parts } => parts.iter().for_each(|part| emit_part(file, part, number, page)),
            _ if image.is_mapped(linker, number, place.initial_bytes) => {
                let size = place.initial_bytes.next_multiple_of(page);
                file.add_zero_section(part_name(number, 0), size, page);
            }
            MemoryImage::Zero | MemoryImage::Copied { .. } => {}
        }
        if let MemoryImage::Copied { bytes, .. } = image {
            let blob = Blob { bytes: bytes.clone(), addresses: Vec::new() };
            file.define(Section::Constants, Item::MemoryImage(number), blob, COPY_ALIGNMENT);
        }
    }
}

fn emit_part<'a>(file: &mut ObjectFile<'a>, part: &'a Part, number: u32, page: u64) {
    match &part.contents {
        Contents::Image(bytes) => file.add_data_section(part_name(number, part.offset), bytes, page),
        Contents::Zeros(size) => file.add_zero_section(part_name(number, part.offset), *size, page),
    }
}

fn part_name(number: u32, offset: u64) -> String {
    format!("{}{number}.{offset:x}", sections::MEMORY_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = 4 << 30;

    /// The memory that an image makes, as ranges of bytes that are not all zero.
    fn rebuilt(image: &MemoryImage) -> Vec<(u64, Vec<u8>)> {
        match image {
            MemoryImage::Zero => Vec::new(),
            MemoryImage::Copied { offset, bytes } => vec![(*offset, bytes.clone())],
            MemoryImage::Mapped { parts } => parts
                .iter()
                .filter_map(|part| match &part.contents {
                    Contents::Image(bytes) => Some((part.offset, bytes.clone())),
                    Contents::Zeros(_) => None,
                })
                .collect(),
        }
    }

    fn byte_at(pieces: &[(u64, Vec<u8>)], at: u64) -> u8 {
        let holder = pieces.iter().find(|(offset, bytes)| (*offset..offset + bytes.len() as u64).contains(&at));
        holder.map_or(0, |(offset, bytes)| bytes[to_usize(at - offset)])
    }

    fn of(segments: &[Segment<'_>], page: u64) -> MemoryImage {
        MemoryImage::of(segments, Some((SIZE, page)), 0).unwrap()
    }

    #[test]
    fn every_byte_of_every_segment_is_where_it_belongs() {
        let (long, other) = (vec![1; 100_000], vec![2; 40_000]);
        let cases: &[&[Segment<'_>]] = &[
            &[(1024, b"hello"), (5000, b"\0\0x\0")],
            &[(0, &long), (50_000, &other), (99_999, b"\0end")],
            &[(1 << 20, &long)],
            &[(0x7_0000, b"a"), (1 << 30, &other), (SIZE - 1, b"z")],
            &[(1 << 30, &other), (4096, b"before"), (300_000, b"between"), (65_536, &[0; 9])],
            &[(0, &[0; 50_000]), (50_000, b"late")],
        ];
        for page in [4 << 10, 64 << 10] {
            for segments in cases {
                let pieces = rebuilt(&of(segments, page));
                for (number, (offset, bytes)) in segments.iter().enumerate() {
                    for (at, &byte) in (*offset..).zip(bytes.iter()) {
                        let overwritten = segments[number + 1..].iter().any(|later| range(later).contains(&at));
                        assert!(overwritten || byte_at(&pieces, at) == byte, "{at:#x} of {segments:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_mapped_is_copied() {
        let long = vec![1; 100_000];
        let image = MemoryImage::of(&[(5000, &long), (1 << 20, b"z")], None, 0).unwrap();
        let MemoryImage::Copied { offset: 5000, bytes } = image else { panic!("it is not copied") };
        assert_eq!(bytes.len(), (1 << 20) + 1 - 5000);
        assert_eq!(bytes.last(), Some(&b'z'));
        let error = MemoryImage::of(&[(0, b"a"), (2 << 30, b"z")], None, 3).unwrap_err();
        assert!(matches!(error, ObjectError::ScatteredData { memory: 3, .. }));
    }

    #[test]
    fn the_parts_of_a_mapped_memory_are_its_whole_initial_size() {
        let long = vec![1; 100_000];
        for page in [4 << 10, 64 << 10] {
            for segments in
                [&[(0, long.as_slice())][..], &[(1 << 20, &long)], &[(70_000, b"a"), (SIZE - 9, &long[..9])]]
            {
                let MemoryImage::Mapped { parts } = of(segments, page) else { panic!("it is too large to be copied") };
                let mut end = 0;
                for part in &parts {
                    let size = match &part.contents {
                        Contents::Image(bytes) => bytes.len() as u64,
                        Contents::Zeros(size) => *size,
                    };
                    assert!(part.offset == end && size % page == 0 && size > 0);
                    end += size;
                }
                assert_eq!(end, SIZE);
            }
        }
    }

    #[test]
    fn small_images_are_copied_and_empty_ones_are_nothing() {
        let limit = vec![1; to_usize(COPIED_BYTES)];
        assert_eq!(of(&[], 4096), MemoryImage::Zero);
        assert_eq!(of(&[(7, &[0; 100_000])], 4096), MemoryImage::Zero);
        assert_eq!(of(&[(7, b"\0\0ab\0")], 4096), MemoryImage::Copied { offset: 9, bytes: b"ab".to_vec() });
        assert!(matches!(of(&[(7, &limit)], 4096), MemoryImage::Copied { .. }));
        assert!(matches!(of(&[(7, &limit), (7 + COPIED_BYTES, b"x")], 4096), MemoryImage::Mapped { .. }));
    }

    #[test]
    fn data_far_apart_does_not_fill_the_file() {
        let segments = [(0, b"a".as_slice()), (1 << 30, b"b"), (SIZE - 1, b"c")];
        let in_file: usize = rebuilt(&of(&segments, 4096)).iter().map(|(_, bytes)| bytes.len()).sum();
        assert_eq!(in_file, 3 * 4096);
    }

    #[test]
    fn gaps_that_hardly_matter_are_filled() {
        const GAP: u64 = 256 << 10;
        let parts = |data: usize| {
            let long = vec![1; data];
            rebuilt(&of(&[(0, &long), (data as u64 + GAP, b"z")], 4096)).len()
        };
        assert_eq!((parts(1 << 20), parts(8 << 20)), (2, 1));
    }

    #[test]
    fn there_are_only_so_many_parts() {
        let scattered = |distance: u64| (0..100).map(|at| (at * distance, b"x".as_slice())).collect::<Vec<_>>();
        let MemoryImage::Mapped { parts } = of(&scattered(1 << 20), 4096) else {
            panic!("it is too large to be copied")
        };
        assert!(parts.len() <= 2 * MAXIMUM_PARTS + 1);
        let error = MemoryImage::of(&scattered(40 << 20), Some((SIZE, 4096)), 3).unwrap_err();
        assert!(matches!(error, ObjectError::ScatteredData { memory: 3, .. }));
    }
}
