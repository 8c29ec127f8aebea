//! Ledgers: what does not pass yet, and why.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// Known failures with their reasons.
///
/// One a line, as `NAME: reason`, or `NAME [PLATFORM]: reason` for one that fails on one platform only. Empty lines and those
/// that start with `#` are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    platform: Option<String>,
}

impl Ledger {
    /// Reads a ledger.
    ///
    /// # Panics
    ///
    /// If a line is not an entry, or gives no reason.
    pub fn parse(text: &str) -> Ledger {
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        Ledger { entries: lines.map(parse_entry).collect() }
    }

    /// What is known to fail on `platform`.
    pub fn for_platform(&self, platform: &str) -> Ledger {
        let applies = |entry: &&Entry| entry.platform.as_deref().is_none_or(|only| only == platform);
        Ledger { entries: self.entries.iter().filter(applies).cloned().collect() }
    }

    /// Whether `name` is known to fail.
    pub fn lists(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// Compares with what was run, `names`, and what of it failed, with messages.
    ///
    /// # Panics
    ///
    /// If something failed that is not listed, or is listed and did not fail or was not run at all.
    pub fn compare(&self, names: impl IntoIterator<Item = String>, failures: &BTreeMap<String, String>) {
        let names: BTreeSet<String> = names.into_iter().collect();
        let mut problems = String::new();
        for (name, message) in failures.iter().filter(|(name, _)| !self.lists(name)) {
            writeln!(problems, "{name} fails and is not in the ledger: {message}").expect("a string can be written to");
        }
        for Entry { name, .. } in &self.entries {
            let what = match (names.contains(name), failures.contains_key(name)) {
                (_, true) => continue,
                (true, false) => "passes",
                (false, false) => "does not exist",
            };
            writeln!(problems, "{name} is in the ledger, but {what}").expect("a string can be written to");
        }
        assert!(problems.is_empty(), "of {}:\n{problems}", names.len());
    }
}

fn parse_entry(line: &str) -> Entry {
    let (name, reason) = line.split_once(": ").unwrap_or((line, ""));
    assert!(!reason.trim().is_empty(), "a ledger entry is `NAME: reason`, not {line:?}");
    match name.strip_suffix(']').and_then(|name| name.split_once(" [")) {
        Some((name, platform)) => Entry { name: name.to_owned(), platform: Some(platform.to_owned()) },
        None => Entry { name: name.to_owned(), platform: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# comment\n\na: no\nb [aarch64-linux]: only there\n";

    fn compare(platform: &str, failures: &[&str]) {
        let failures = failures.iter().map(|name| (name.to_string(), String::from("message"))).collect();
        let names = ["a", "b", "c"].map(String::from);
        Ledger::parse(TEXT).for_platform(platform).compare(names, &failures);
    }

    #[test]
    fn known_failures_are_accepted() {
        compare("aarch64-linux", &["a", "b"]);
        compare("x86_64-linux", &["a"]);
    }

    #[test]
    #[should_panic(expected = "c fails and is not in the ledger: message")]
    fn an_unknown_failure_is_an_error() {
        compare("x86_64-linux", &["a", "c"]);
    }

    #[test]
    #[should_panic(expected = "a is in the ledger, but passes")]
    fn a_known_failure_that_passes_is_an_error() {
        compare("x86_64-linux", &[]);
    }

    #[test]
    #[should_panic(expected = "a ledger entry is `NAME: reason`")]
    fn an_entry_needs_a_reason() {
        Ledger::parse("a:");
    }
}
