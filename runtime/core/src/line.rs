//! One line of text, built in place: `core::fmt` alone would be larger than the rest of the runtime.

/// Bytes of a line, its end included; what does not fit is left out.
const LINE_BYTES: usize = 1024;

/// Bytes of a name, so that what follows it fits as well.
const NAME_BYTES: usize = 512;

/// A line of text.
#[derive(Debug)]
pub(crate) struct Line {
    bytes: [u8; LINE_BYTES],
    length: usize,
}

impl Line {
    /// A line that starts with `text`.
    pub(crate) fn new(text: &str) -> Line {
        let mut line = Line { bytes: [0; LINE_BYTES], length: 0 };
        line.text(text);
        line
    }

    /// Adds `text`, which is ours and so has no line ends.
    pub(crate) fn text(&mut self, text: &str) -> &mut Line {
        self.bytes(text.as_bytes())
    }

    /// Adds `bytes`, which are the module author's or the guest's, as the inside of a JSON string. They are cut to a length;
    /// control characters, which could end the line or steer a terminal, and what is not UTF-8 become question marks.
    pub(crate) fn quoted(&mut self, bytes: &[u8]) -> &mut Line {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (character, length) = first_character(rest);
            if bytes.len() - rest.len() + length > NAME_BYTES {
                return self.text("…");
            }
            if matches!(character, '"' | '\\') {
                self.text("\\");
            }
            let (own, after) = rest.split_at(length);
            self.bytes(if character.is_control() { b"?" } else { own });
            rest = after;
        }
        self
    }

    /// Adds `value` in decimal.
    pub(crate) fn decimal(&mut self, value: u64) -> &mut Line {
        self.digits(value, 10)
    }

    /// Adds `value` in hexadecimal, after `0x`.
    pub(crate) fn hexadecimal(&mut self, value: u64) -> &mut Line {
        self.text("0x").digits(value, 16)
    }

    /// The line's bytes, with its end.
    pub(crate) fn end(&mut self) -> &[u8] {
        let end = self.length.min(LINE_BYTES - 1);
        if let Some(byte) = self.bytes.get_mut(end) {
            *byte = b'\n';
        }
        self.length = end + 1;
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn digits(&mut self, value: u64, base: u64) -> &mut Line {
        // From the last digit to the first; a word has at most 20, in decimal.
        let mut digits = [0; 20];
        let (mut rest, mut count) = (value, 0);
        for place in digits.iter_mut().rev() {
            let digit = (rest % base) as u8;
            *place = if digit < 10 { b'0' + digit } else { b'a' + (digit - 10) };
            (rest, count) = (rest / base, count + 1);
            if rest == 0 {
                break;
            }
        }
        self.bytes(digits.get(digits.len() - count..).unwrap_or_default())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Line {
        let room = self.bytes.get_mut(self.length..).unwrap_or_default();
        self.length += bytes.len().min(room.len());
        room.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        self
    }
}

/// The character that `bytes`, which are some, begin with in UTF-8, and its length in bytes (Unicode standard, table 3-7);
/// a byte that is of none passes for a zero. Here, because the library's decoder is larger than the rest of this file.
fn first_character(bytes: &[u8]) -> (char, usize) {
    const NONE: (char, usize) = ('\0', 1);
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let (following, least) = match *first {
        0..0x80 => return (char::from(*first), 1),
        0xc2..0xe0 => (1, 0x80),
        0xe0..0xf0 => (2, 0x800),
        0xf0..0xf5 => (3, 0x1_0000),
        _ => return NONE,
    };
    let mut value = u32::from(*first) & (0x3f >> following);
    let Some(rest) = rest.get(..following) else { return NONE };
    for byte in rest {
        if byte & 0xc0 != 0x80 {
            return NONE;
        }
        value = value << 6 | u32::from(byte & 0x3f);
    }
    match char::from_u32(value) {
        Some(character) if value >= least => (character, following + 1),
        _ => NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &mut Line, expected: &str) {
        assert_eq!(std::str::from_utf8(line.end()).unwrap(), expected);
    }

    #[test]
    fn numbers_are_written_without_leading_zeros() {
        for (value, decimal, hexadecimal) in [
            (0, "0", "0x0"),
            (9, "9", "0x9"),
            (10, "10", "0xa"),
            (0x1a2b, "6699", "0x1a2b"),
            (u64::MAX, "18446744073709551615", "0xffffffffffffffff"),
        ] {
            check(Line::new("").decimal(value), &format!("{decimal}\n"));
            check(Line::new("").hexadecimal(value), &format!("{hexadecimal}\n"));
        }
    }

    #[test]
    fn a_name_cannot_end_the_line_or_steer_the_terminal() {
        check(Line::new("").quoted("a\nb\u{1b}[0m\u{9b}c\u{7f}é".as_bytes()), "a?b?[0m?c?é\n");
    }

    #[test]
    fn json_strings_end_where_they_should() {
        check(Line::new("").quoted(b"a\"b\\c\nd\xffe"), "a\\\"b\\\\c?d?e\n");
    }

    #[test]
    fn characters_are_those_of_the_librarys_decoder() {
        let decoded = |bytes: &[u8]| {
            let valid = (1..=bytes.len().min(4)).find_map(|length| std::str::from_utf8(&bytes[..length]).ok());
            valid.map_or(('\0', 1), |text| (text.chars().next().unwrap(), text.len()))
        };
        let edges = [0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
        for first in 0..=255 {
            for second in edges {
                for third in edges {
                    for bytes in [&[first, second, third, 0x80, 0x41][..], &[first, second, third], &[first]] {
                        assert_eq!(first_character(bytes), decoded(bytes), "{bytes:x?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let mut line = Line::new("");
        line.quoted("é".repeat(300).as_bytes()).text("!");
        check(&mut line, &format!("{}…!\n", "é".repeat(256)));
    }

    #[test]
    fn a_line_that_is_too_long_still_ends() {
        let mut line = Line::new("");
        line.text(&"x".repeat(2 * LINE_BYTES));
        let bytes = line.end();
        assert_eq!((bytes.len(), bytes.last()), (LINE_BYTES, Some(&b'\n')));
    }
}
