//! What a program has read and written, as lines; of too much, the last.

use std::collections::VecDeque;

use serde::Serialize;

use super::Stream;

/// Most bytes of text that are kept.
const MOST_BYTES: usize = 1 << 20;

/// Most lines that are kept.
const MOST_LINES: usize = 10_000;

/// Longest line in bytes; what is longer goes on in the next.
const LONGEST_LINE: usize = 2000;

/// A line, or the part of one that came together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Where it was written.
    pub stream: Stream,
    /// What.
    pub text: String,
}

/// The last lines of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Console {
    lines: VecDeque<Line>,
    bytes: usize,
    lost: u64,
    /// Whether the last line goes on.
    is_open: bool,
}

impl Console {
    /// The lines, in order.
    pub fn lines(&self) -> &VecDeque<Line> {
        &self.lines
    }

    /// How many bytes came before them and are not kept.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Bytes were written that nobody will see.
    pub(in super::super) fn lose(&mut self, bytes: u64) {
        self.lost += bytes;
        self.is_open &= bytes == 0;
    }

    /// Text was written to `stream`.
    pub(in super::super) fn write(&mut self, stream: Stream, text: &str) {
        for part in text.split_inclusive('\n') {
            let line = part.strip_suffix('\n').unwrap_or(part);
            self.append(stream, line.strip_suffix('\r').unwrap_or(line));
            self.is_open = line.len() == part.len();
        }
        while self.bytes > MOST_BYTES || self.lines.len() > MOST_LINES {
            let Some(dropped) = self.lines.pop_front() else { return };
            self.bytes -= dropped.text.len();
            self.lost += dropped.text.len() as u64 + 1;
        }
    }

    /// Appends to the last line if it goes on on this stream, else begins another.
    fn append(&mut self, stream: Stream, mut text: &str) {
        loop {
            let last = self.lines.back_mut().filter(|last| self.is_open && last.stream == stream);
            let room = LONGEST_LINE - last.as_ref().map_or(0, |last| last.text.len().min(LONGEST_LINE));
            let (now, later) = text.split_at(text.floor_char_boundary(room));
            match last {
                Some(last) => last.text.push_str(now),
                None => self.lines.push_back(Line { stream, text: now.to_owned() }),
            }
            self.bytes += now.len();
            if later.is_empty() {
                return;
            }
            // The next part is a line of its own.
            self.is_open = false;
            text = later;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(console: &Console) -> Vec<(Stream, &str)> {
        console.lines().iter().map(|line| (line.stream, line.text.as_str())).collect()
    }

    #[test]
    fn lines_go_on_on_their_stream() {
        let mut console = Console::default();
        for (stream, text) in [
            (Stream::Output, "one\nt"),
            (Stream::Output, "wo"),
            (Stream::Error, "oops\n"),
            (Stream::Output, "three\r\n\n"),
            (Stream::Output, "end"),
        ] {
            console.write(stream, text);
        }
        let (output, error) = (Stream::Output, Stream::Error);
        let expected =
            [(output, "one"), (output, "two"), (error, "oops"), (output, "three"), (output, ""), (output, "end")];
        assert_eq!(lines(&console), expected);
    }

    #[test]
    fn endless_lines_are_cut_between_characters() {
        let mut console = Console::default();
        console.write(Stream::Output, &"ä".repeat(1500));
        console.write(Stream::Output, "ö");
        let lengths: Vec<_> = console.lines().iter().map(|line| line.text.chars().count()).collect();
        assert_eq!(lengths, [1000, 501]);
    }

    #[test]
    fn of_too_much_the_last_is_kept() {
        let mut console = Console::default();
        for number in 0..100_000 {
            console.write(Stream::Output, &format!("{number:099}\n"));
        }
        assert!(console.bytes <= MOST_BYTES && console.lines().len() <= MOST_LINES);
        let kept: u64 = console.lines().iter().map(|line| line.text.len() as u64 + 1).sum();
        assert_eq!(console.lost() + kept, 10_000_000);
        assert!(console.lines().back().unwrap().text.ends_with("99999"));
    }
}
