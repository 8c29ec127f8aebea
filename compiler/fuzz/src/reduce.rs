//! A module that shows a difference becomes a smaller one that does.

use wasm_shrink::WasmShrink;

use crate::{
    compare::{Verdict, compare},
    oracle::Oracle,
    subject::Subject,
};

/// The smallest module found in a bounded number of attempts about which the engines differ as they do about `bytes`: by a
/// trap, by values, or by the program's failure.
pub fn reduce(bytes: Vec<u8>, oracle: &Oracle, subject: &Subject) -> Vec<u8> {
    const ATTEMPTS: u32 = 400;
    let verdict = compare(&bytes, oracle, subject);
    let wanted = kind(&verdict);
    let same = |candidate: &[u8]| Ok(kind(&compare(candidate, oracle, subject)) == wanted);
    match WasmShrink::default().attempts(ATTEMPTS).run(bytes.clone(), same) {
        Ok(shrunk) => shrunk.output,
        Err(_) => bytes,
    }
}

/// What must not change: the words of the verdict without its numbers and names.
fn kind(verdict: &Verdict) -> Option<Vec<&str>> {
    let Verdict::Different(how) = verdict else { return None };
    let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == ':');
    Some(how.split_whitespace().filter(is_word).collect())
}
