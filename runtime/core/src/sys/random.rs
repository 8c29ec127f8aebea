//! Random bytes.

use rustix::io;
use rustix::rand::{self, GetRandomFlags};

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::grants::{GetRandom, Granted, RandomSource};

/// Fills `buffer` with bytes that nobody can foresee, or with those that follow from the seed.
pub(crate) fn fill(granted: Granted<GetRandom, RandomSource>, buffer: &mut [u8]) -> io::Result<()> {
    match *granted.subject() {
        RandomSource::Kernel => fill_from_kernel(buffer),
        RandomSource::Seed(seed) => {
            static DRAWN: AtomicU64 = AtomicU64::new(0);
            let words = buffer.len().div_ceil(8) as u64;
            let first = DRAWN.fetch_add(words, Relaxed);
            (first..).zip(buffer.chunks_mut(8)).for_each(|(number, chunk)| {
                let bytes = word(seed, number).to_le_bytes();
                chunk.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
            });
            Ok(())
        }
    }
}

/// The word with this number of the sequence that follows from `seed`: SplitMix64 (G. L. Steele and others, "Fast splittable
/// pseudorandom number generators", 2014).
fn word(seed: u64, number: u64) -> u64 {
    let mut word = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

fn fill_from_kernel(buffer: &mut [u8]) -> io::Result<()> {
    let mut rest = buffer;
    while !rest.is_empty() {
        match rand::getrandom(&mut *rest, GetRandomFlags::empty()) {
            // Long requests come in pieces, and a signal can come between.
            Ok(length) => rest = rest.get_mut(length..).unwrap_or_default(),
            Err(io::Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_seed_are_those_of_splitmix() {
        assert_eq!(word(0, 0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(word(0, 1), 0x6e78_9e6a_a1b9_65f4);
    }
}
