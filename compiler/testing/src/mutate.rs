//! Modules that are nearly right.

use std::ops::Range;

use crate::Random;

/// The bytes of a module before its first section.
const HEADER_BYTES: usize = 8;

/// Numbers in the LEB128 encoding that sit at a limit: 0, -1 in one byte, 2^31 - 1, 2^32 - 1, 2^32, 2^64 - 1, too long.
const NUMBERS: [&[u8]; 7] = [
    &[0],
    &[0x7f],
    &[0xff, 0xff, 0xff, 0xff, 0x07],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0x80, 0x80, 0x80, 0x80, 0x10],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
];

/// The module `bytes` with one to four random changes.
pub fn mutate(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    const MOST: usize = 4;
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(MOST) {
        change(&mut bytes, random);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    match random.below(8) {
        0 | 1 => bytes[at] ^= 1 << random.below(8),
        2 | 3 => bytes[at] = random.number().to_le_bytes()[0],
        4 => bytes.truncate(at),
        5 => swap_sections(bytes, random),
        6 => {
            let number = *random.choose(&NUMBERS);
            drop(bytes.splice(at..at + 1, number.iter().copied()));
        }
        _ => copy_range(bytes, at, random),
    }
}

/// Puts a copy of a few bytes in place of a few others.
fn copy_range(bytes: &mut Vec<u8>, at: usize, random: &mut Random) {
    const MOST: usize = 16;
    let mut range = |from: usize| from..bytes.len().min(from + random.below(MOST));
    let (target, source) = (range(at), range(at / 2));
    let copy = bytes[source].to_vec();
    drop(bytes.splice(target, copy));
}

fn swap_sections(bytes: &mut Vec<u8>, random: &mut Random) {
    let sections = sections(bytes);
    if sections.is_empty() {
        return;
    }
    let (one, other) = (random.choose(&sections).clone(), random.choose(&sections).clone());
    let (first, second) = if one.start <= other.start { (one, other) } else { (other, one) };
    let (head, tail) = (bytes[first.clone()].to_vec(), bytes[second.clone()].to_vec());
    // The later one first, so that the place of the earlier stays right. A section swapped with itself stands twice.
    drop(bytes.splice(second.start..second.end, head));
    match first == second {
        true => drop(bytes.splice(first.start..first.start, tail)),
        false => drop(bytes.splice(first, tail)),
    }
}

/// Where the sections of `bytes` lie, their headers included, as far as they can be told.
fn sections(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = HEADER_BYTES;
    while let Some(end) = section_end(bytes, at) {
        found.push(at..end);
        at = end;
    }
    found
}

/// Where the section at `at` ends: after a byte for its kind, its size as LEB128, and as many bytes.
fn section_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut size = 0_usize;
    for (place, byte) in bytes.get(at + 1..)?.iter().enumerate().take(4) {
        size |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(at + 2 + place + size).filter(|end| *end <= bytes.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x02ab\x02\x01c";

    #[test]
    fn sections_are_found() {
        assert_eq!(sections(MODULE), [8..12, 12..15]);
    }

    #[test]
    fn a_seed_always_gives_the_same_module() {
        for seed in 0..1000 {
            assert_eq!(mutate(MODULE, &mut Random::new(seed)), mutate(MODULE, &mut Random::new(seed)));
        }
    }
}
