//! What a program has said and tried, until it is told.

use std::{
    collections::{BTreeMap, VecDeque, btree_map::Entry},
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anstream::adapter::StripBytes;
use wasmelt_driver::{AuditEvent, AuditOutcome};

use crate::pages::grants::{Progress, Stream};

/// Most bytes of output that wait to be told; of more, the last.
const MOST_OUTPUT: usize = 256 << 10;

/// Most denials that are told apart.
const MOST_DENIALS: usize = 100;

/// Shared by the threads that read from the program. Bounded, whatever the program does and however slowly it is told of.
#[derive(Debug, Default)]
pub(super) struct Gathered(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    output: VecDeque<(Stream, Vec<u8>)>,
    bytes: usize,
    lost: u64,
    /// By the flag that would have allowed them.
    denials: BTreeMap<String, Denial>,
}

#[derive(Debug)]
struct Denial {
    event: AuditEvent,
    times: u64,
    told: u64,
}

/// The streams as texts.
#[derive(Debug, Default)]
pub(super) struct Decoders {
    output: Decoder,
    error: Decoder,
}

#[derive(Debug, Default)]
struct Decoder {
    /// The beginning of a character.
    rest: Vec<u8>,
    /// Takes colours and movements of a cursor out, which the console does not show.
    strip: StripBytes,
}

impl Gathered {
    /// The program has written `bytes` to `stream`.
    pub(super) fn output(&self, stream: Stream, bytes: &[u8]) {
        let mut contents = self.contents();
        contents.bytes += bytes.len();
        match contents.output.back_mut() {
            Some((last, before)) if *last == stream && before.len() + bytes.len() <= MOST_OUTPUT / 16 => {
                before.extend_from_slice(bytes);
            }
            _ => contents.output.push_back((stream, bytes.to_vec())),
        }
        while contents.bytes > MOST_OUTPUT
            && let Some((_, dropped)) = contents.output.pop_front()
        {
            contents.bytes -= dropped.len();
            contents.lost += dropped.len() as u64;
        }
    }

    /// The program's audit has this line.
    pub(super) fn audit(&self, line: &str) {
        let Some(event) = AuditEvent::parse(line).filter(|event| event.event == AuditOutcome::Denied) else { return };
        let mut contents = self.contents();
        let has_room = contents.denials.len() < MOST_DENIALS;
        match contents.denials.entry(event.allow.clone()) {
            Entry::Occupied(mut denial) => denial.get_mut().times += 1,
            Entry::Vacant(place) if has_room => _ = place.insert(Denial { event, times: 1, told: 0 }),
            Entry::Vacant(_) => {}
        }
    }

    /// What there is to tell; `None` for nothing.
    pub(super) fn take(&self, decoders: &mut Decoders) -> Option<Progress> {
        let mut contents = self.contents();
        let output = mem::take(&mut contents.output);
        let lost = mem::take(&mut contents.lost);
        contents.bytes = 0;
        let untold = contents.denials.values_mut().filter(|denial| denial.told < denial.times);
        let denials: Vec<_> = untold
            .map(|denial| {
                denial.told = denial.times;
                (denial.event.clone(), denial.times)
            })
            .collect();
        drop(contents);
        let output: Vec<_> =
            output.into_iter().map(|(stream, bytes)| (stream, decoders.decode(stream, bytes))).collect();
        let is_empty = output.is_empty() && denials.is_empty() && lost == 0;
        (!is_empty).then_some(Progress { output, lost, denials })
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        // What a thread that panicked had gathered is as good as anything.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Decoders {
    /// The text of `bytes`, which follow those of the last call. What is no UTF-8 is replaced.
    fn decode(&mut self, stream: Stream, bytes: Vec<u8>) -> String {
        match stream {
            Stream::Error => self.error.decode(bytes),
            Stream::Output | Stream::Input => self.output.decode(bytes),
        }
    }
}

impl Decoder {
    fn decode(&mut self, bytes: Vec<u8>) -> String {
        let mut all = mem::take(&mut self.rest);
        all.extend(bytes);
        let end = match str::from_utf8(&all) {
            // No error length: the text ends within a character.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => all.len(),
        };
        self.rest = all.split_off(end);
        // Whole characters, of which nothing is taken out but what is ASCII.
        let text = String::from_utf8_lossy(&all);
        let shown: Vec<u8> = self.strip.strip_next(text.as_bytes()).flatten().copied().collect();
        String::from_utf8_lossy(&shown).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(progress: &Progress) -> String {
        progress.output.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn of_too_much_output_the_last_is_kept() {
        let gathered = Gathered::default();
        for _ in 0..1000 {
            gathered.output(Stream::Output, &[b'a'; 1000]);
        }
        gathered.output(Stream::Output, b"end");
        let progress = gathered.take(&mut Decoders::default()).unwrap();
        let text = text(&progress);
        assert!(text.len() <= MOST_OUTPUT && text.ends_with("end"));
        assert_eq!(text.len() as u64 + progress.lost, 1_000_003);
        assert_eq!(gathered.take(&mut Decoders::default()), None);
    }

    #[test]
    fn characters_may_come_in_parts() {
        let (gathered, mut decoders) = (Gathered::default(), Decoders::default());
        let (first, last) = "grün".as_bytes().split_at(3);
        gathered.output(Stream::Output, first);
        assert_eq!(text(&gathered.take(&mut decoders).unwrap()), "gr");
        gathered.output(Stream::Error, b"\xff!");
        gathered.output(Stream::Output, last);
        assert_eq!(text(&gathered.take(&mut decoders).unwrap()), "\u{fffd}!ün");
    }

    #[test]
    fn colours_are_taken_out() {
        let (gathered, mut decoders) = (Gathered::default(), Decoders::default());
        gathered.output(Stream::Output, b"\x1b[32mgreen\x1b[3");
        assert_eq!(text(&gathered.take(&mut decoders).unwrap()), "green");
        gathered.output(Stream::Output, b"1mred\x1b[0m\t.\n");
        assert_eq!(text(&gathered.take(&mut decoders).unwrap()), "red\t.\n");
    }

    #[test]
    fn denials_are_counted() {
        let gathered = Gathered::default();
        let line = r#"{"event":"denied","call":"random_get","errno":76,"allow":"--allow-random"}"#;
        let used = r#"{"event":"used","call":"clock_time_get","errno":0,"allow":"--allow-clock"}"#;
        [line, used, line].into_iter().for_each(|line| gathered.audit(line));
        let told =
            |progress: Progress| progress.denials.into_iter().map(|(event, times)| (event.call, times)).collect();
        let random = |times| vec![("random_get".to_owned(), times)];
        assert_eq!(gathered.take(&mut Decoders::default()).map(told), Some(random(2)));
        assert_eq!(gathered.take(&mut Decoders::default()), None);
        gathered.audit(line);
        assert_eq!(gathered.take(&mut Decoders::default()).map(told), Some(random(3)));
    }
}
