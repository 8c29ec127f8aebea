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
        text.bytes().for_each(|byte| self.push(byte));
        self
    }

    /// Adds `text`, which is the module author's: it is cut to a length, and control characters, which could end the line
    /// or steer a terminal, become question marks.
    pub(crate) fn name(&mut self, text: &str) -> &mut Line {
        let mut room = NAME_BYTES;
        for character in text.chars() {
            let Some(rest) = room.checked_sub(character.len_utf8()) else {
                return self.text("…");
            };
            room = rest;
            let mut buffer = [0; 4];
            self.text(if character.is_control() { "?" } else { character.encode_utf8(&mut buffer) });
        }
        self
    }

    /// Adds `bytes`, which are the guest's, as the inside of a JSON string; what is not UTF-8 becomes question marks.
    pub(crate) fn json(&mut self, bytes: &[u8]) -> &mut Line {
        for chunk in bytes.utf8_chunks() {
            for character in chunk.valid().chars() {
                if matches!(character, '"' | '\\') {
                    self.text("\\");
                }
                let mut buffer = [0; 4];
                self.text(if character.is_control() { "?" } else { character.encode_utf8(&mut buffer) });
            }
            if !chunk.invalid().is_empty() {
                self.text("?");
            }
        }
        self
    }

    /// Adds `value` in decimal.
    pub(crate) fn decimal(&mut self, value: u64) -> &mut Line {
        self.digits::<10>(value)
    }

    /// Adds `value` in hexadecimal, after `0x`.
    pub(crate) fn hexadecimal(&mut self, value: u64) -> &mut Line {
        self.text("0x").digits::<16>(value)
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

    fn digits<const BASE: u64>(&mut self, value: u64) -> &mut Line {
        // From the last digit to the first; a word has at most 20, in decimal.
        let mut digits = [0; 20];
        let (mut rest, mut count) = (value, 0);
        for place in digits.iter_mut().rev() {
            let digit = (rest % BASE) as u8;
            *place = if digit < 10 { b'0' + digit } else { b'a' + (digit - 10) };
            (rest, count) = (rest / BASE, count + 1);
            if rest == 0 {
                break;
            }
        }
        digits.iter().skip(digits.len() - count).for_each(|&digit| self.push(digit));
        self
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
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
        check(Line::new("").name("a\nb\u{1b}[0m\u{9b}c\u{7f}é"), "a?b?[0m?c?é\n");
    }

    #[test]
    fn json_strings_end_where_they_should() {
        check(Line::new("").json(b"a\"b\\c\nd\xffe"), "a\\\"b\\\\c?d?e\n");
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let mut line = Line::new("");
        line.name(&"é".repeat(300)).text("!");
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
