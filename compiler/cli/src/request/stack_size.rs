//! The size of a program's stack, as users write it.

/// The least stack that the runtime's own functions and a small program need, in bytes.
const LEAST: u64 = 64 << 10;
/// More than this is a mistake rather than a wish, in bytes.
const MOST: u64 = 1 << 30;

/// Bytes of stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StackSize(u64);

impl StackSize {
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }
}

/// Reads `65536`, `512K`, `8M` or `1G`; a unit is a power of 1024.
pub(crate) fn parse_stack_size(text: &str) -> Result<StackSize, String> {
    let (digits, unit) = match text.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    let number: u64 =
        digits.parse().map_err(|_| "it is a number of bytes, or one with K, M or G after it".to_owned())?;
    match number.checked_mul(unit) {
        Some(bytes) if (LEAST..=MOST).contains(&bytes) => Ok(StackSize(bytes)),
        _ => Err("it is at least 64K and at most 1G".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_powers_of_1024() {
        for (text, bytes) in [("65536", 65536), ("64k", 65536), ("8M", 8 << 20), ("1G", 1 << 30)] {
            assert_eq!(parse_stack_size(text), Ok(StackSize(bytes)), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in ["", "K", "-1", "1.5M", "8MB", "1", "63K", "2G", "99999999999999999999", "9999999999999G"] {
            assert!(parse_stack_size(text).is_err(), "{text}");
        }
    }
}
