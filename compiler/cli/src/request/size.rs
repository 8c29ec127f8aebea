//! Sizes, as users write them.

use std::ops::RangeInclusive;

/// What a stack may have, in bytes: at least what the runtime's own functions and a small program need; more than the most is
/// a mistake rather than a wish.
const STACK: RangeInclusive<u64> = 64 << 10..=1 << 30;
/// What a heap may have, in bytes: at most what the collector can address.
const HEAP: RangeInclusive<u64> = 64 << 10..=32 << 30;

/// Bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(u64);

impl Size {
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }
}

/// Reads the size of a stack.
pub(crate) fn parse_stack_size(text: &str) -> Result<Size, String> {
    parse(text, STACK)
        .ok_or_else(|| "it is a number of bytes from 64K to 1G, with K, M or G after it or without".to_owned())
}

/// Reads the size of a heap.
pub(crate) fn parse_heap_size(text: &str) -> Result<Size, String> {
    parse(text, HEAP)
        .ok_or_else(|| "it is a number of bytes from 64K to 32G, with K, M or G after it or without".to_owned())
}

/// Reads `65536`, `512K`, `8M` or `1G`; a unit is a power of 1024.
fn parse(text: &str, range: RangeInclusive<u64>) -> Option<Size> {
    let (digits, unit) = match text.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().ok()?;
    number.checked_mul(unit).filter(|bytes| range.contains(bytes)).map(Size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_powers_of_1024() {
        for (text, bytes) in [("65536", 65536), ("64k", 65536), ("8M", 8 << 20), ("1G", 1 << 30)] {
            assert_eq!(parse_stack_size(text), Ok(Size(bytes)), "{text}");
        }
        assert_eq!(parse_heap_size("32G"), Ok(Size(32 << 30)));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in ["", "K", "-1", "1.5M", "8MB", "1", "63K", "2G", "99999999999999999999", "9999999999999G"] {
            assert!(parse_stack_size(text).is_err(), "{text}");
        }
        assert!(parse_heap_size("33G").is_err());
    }
}
