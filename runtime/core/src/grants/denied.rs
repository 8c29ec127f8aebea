//! `WASMELT_DENY`: what whoever starts the program takes from its grants. It only ever takes.
//!
//! `read`, `write` (with `:PATH`, the guest's), `env` (with `:NAME`), `args`, `net`, `listen`, `stdin`, `stdout`, `stderr`,
//! `stdio`, `clock`, `random`, with commas between them. A path inside a granted directory cannot be cut out of it, since
//! names lead anywhere; so the whole directory goes. A word that means nothing keeps the program from starting.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use wasmelt_abi::grants::{Direction, Grant, Grants, ambient};

use crate::process;

/// What is denied.
#[derive(Clone, Copy)]
pub(super) struct Denials<'a> {
    text: &'a [u8],
}

/// One denial: what, and of it which; `None` for all.
type Item<'a> = (&'a [u8], Option<&'a [u8]>);

impl<'a> Denials<'a> {
    /// What the environment of the process denies.
    pub(super) fn of_process() -> Denials<'static> {
        Denials { text: process::variable(b"WASMELT_DENY=").map_or(&[], |text| text.to_bytes()) }
    }

    #[cfg(test)]
    pub(super) fn new(text: &'a str) -> Denials<'a> {
        Denials { text: text.as_bytes() }
    }

    fn items(self) -> impl Iterator<Item = Item<'a>> {
        self.text.split(|&byte| byte == b',').filter(|item| !item.is_empty()).map(|item| {
            match item.iter().position(|&byte| byte == b':') {
                Some(colon) => (item.get(..colon).unwrap_or_default(), item.get(colon + 1..)),
                None => (item, None),
            }
        })
    }

    fn has(self, what: &[u8]) -> bool {
        self.items().any(|(denied, _)| denied == what)
    }

    /// The bits of [`ambient`] that are denied.
    ///
    /// # Errors
    ///
    /// The first word that means nothing.
    fn ambient(self) -> Result<u16, &'a [u8]> {
        let mut denied = 0;
        for (what, _) in self.items() {
            let number = number(what).ok_or(what)?;
            denied |= AMBIENT.get(number).copied().unwrap_or(0);
        }
        Ok(denied)
    }

    fn variable(self, name: &[u8]) -> bool {
        self.items().any(|(what, which)| what == b"env" && which.is_none_or(|which| which == name))
    }

    fn path(self, what: &[u8], guest: &[u8]) -> bool {
        self.items().any(|(denied, path)| denied == what && path.is_none_or(|path| overlap(path, guest)))
    }
}

/// The words that mean something.
const WORDS: &[u8] = b"stdin,stdout,stderr,clock,random,stdio,read,write,env,args,net,listen";

/// What the first of [`WORDS`] deny, in their order: bits of [`ambient`].
const AMBIENT: [u16; 6] = [
    ambient::STDIN,
    ambient::STDOUT,
    ambient::STDERR,
    ambient::EXACT_CLOCKS | ambient::COARSE_CLOCKS,
    ambient::RANDOM,
    ambient::STREAMS,
];

/// The number of `word` among [`WORDS`].
fn number(word: &[u8]) -> Option<usize> {
    WORDS.split(|&byte| byte == b',').position(|known| known == word)
}

/// What [`read_denials`] has found denied of [`ambient`]: asked for often.
static AMBIENT_DENIED: AtomicU32 = AtomicU32::new(0);

/// Reads `WASMELT_DENY`, before anything is asked for.
///
/// # Errors
///
/// The first word that means nothing.
pub(crate) fn read_denials() -> Result<(), &'static [u8]> {
    Denials::of_process().ambient().map(|denied| AMBIENT_DENIED.store(u32::from(denied), Relaxed))
}

/// The bits of [`ambient`] that are denied to the process.
pub(super) fn ambient_denied() -> u16 {
    AMBIENT_DENIED.load(Relaxed) as u16
}

/// The grants of a table that are not denied.
pub(super) struct Effective<'a, 'd> {
    grants: Option<Grants<'a>>,
    denials: Denials<'d>,
    /// Of the files of the last directory of files: whether reading, and whether writing them is denied.
    files: (bool, bool),
}

impl<'a, 'd> Effective<'a, 'd> {
    pub(super) fn new(table: &'a [u8], denials: Denials<'d>) -> Effective<'a, 'd> {
        Effective { grants: Grants::new(table), denials, files: (false, false) }
    }

    /// What is left of `grant`.
    fn left(&mut self, grant: Grant<'a>) -> Option<Grant<'a>> {
        let denials = self.denials;
        match grant {
            Grant::InheritArguments if denials.has(b"args") => None,
            Grant::InheritEnvironment if denials.has(b"env") => None,
            Grant::Variable(variable) => {
                let name = variable.split(|&byte| byte == b'=').next().unwrap_or_default();
                (!denials.variable(name)).then_some(grant)
            }
            Grant::InheritVariable(name) if denials.variable(name) => None,
            Grant::Directory { guest, .. } if denials.path(b"read", guest) => None,
            Grant::Directory { host, guest, read_only } => {
                Some(Grant::Directory { host, guest, read_only: read_only || denials.path(b"write", guest) })
            }
            Grant::FilesIn { guest, .. } => {
                self.files = (denials.path(b"read", guest), denials.path(b"write", guest));
                Some(grant)
            }
            Grant::File { .. } if self.files.0 => None,
            Grant::File { name, read_only } => Some(Grant::File { name, read_only: read_only || self.files.1 }),
            Grant::Ambient(bits) => Some(Grant::Ambient(bits & !denials.ambient().unwrap_or(u16::MAX))),
            Grant::Seed(_) if denials.has(b"random") => None,
            Grant::Network(rule) => {
                let word: &[u8] = if rule.direction == Direction::Connect { b"net" } else { b"listen" };
                (!denials.has(word)).then_some(grant)
            }
            other => Some(other),
        }
    }
}

impl<'a> Iterator for Effective<'a, '_> {
    type Item = Grant<'a>;

    fn next(&mut self) -> Option<Grant<'a>> {
        loop {
            let grant = self.grants.as_mut()?.next()?;
            if let Some(left) = self.left(grant) {
                return Some(left);
            }
        }
    }
}

/// Whether one of two paths lies in the other.
fn overlap(one: &[u8], other: &[u8]) -> bool {
    let (mut one, mut other) = (components(one), components(other));
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other)) if one == other => {}
            (Some(_), Some(_)) => return false,
            _ => return true,
        }
    }
}

fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/').filter(|component| !matches!(*component, b"" | b"."))
}

#[cfg(test)]
mod tests {
    use wasmelt_policy::{Clocks, Policy, Randomness};

    use super::*;

    fn left(policy: &Policy, denials: &str) -> usize {
        Effective::new(&policy.to_table(), Denials::new(denials)).count()
    }

    fn read_only(policy: &Policy, denials: &str) -> Vec<bool> {
        let table = policy.to_table();
        let grants = Effective::new(&table, Denials::new(denials));
        grants
            .filter_map(|grant| match grant {
                Grant::Directory { read_only, .. } => Some(read_only),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_denial_takes_at_least_what_it_says() {
        let mut policy = Policy::default();
        ["x::/a", "y::/b:ro", "z::/b/c"].into_iter().for_each(|it| policy.grant_directory(it.parse().unwrap()));
        for (denials, expected) in [
            ("", vec![false, true, false]),
            ("net,clock", vec![false, true, false]),
            ("write:/a", vec![true, true, false]),
            ("write:/b/c/d", vec![false, true, true]),
            ("read:/b/", vec![false]),
            ("read:/b/x", vec![false, false]),
            ("write", vec![true, true, true]),
            ("read", vec![]),
        ] {
            assert_eq!(read_only(&policy, denials), expected, "{denials}");
        }
    }

    #[test]
    fn every_word_takes_its_grant() {
        let mut policy = Policy {
            inherit_environment: true,
            clocks: Clocks::Exact,
            randomness: Randomness::Real,
            ..Policy::default()
        };
        policy.arguments.inherit = true;
        policy.grant_variable("A=1".parse().unwrap());
        policy.grant_network(wasmelt_policy::parse_rule(Direction::Connect, "*").unwrap());
        policy.grant_network(wasmelt_policy::parse_rule(Direction::Listen, "*").unwrap());
        let all = left(&policy, "");
        for (denials, fewer) in [("args", 1), ("env", 2), ("env:A", 2), ("env:B", 1), ("net", 1), ("listen", 1)] {
            // One variable of all that are inherited cannot be left out, so all are.
            assert_eq!(left(&policy, denials), all - fewer, "{denials}");
        }
        let table = policy.to_table();
        let bits = |denials| {
            Effective::new(&table, Denials::new(denials)).find_map(|grant| match grant {
                Grant::Ambient(bits) => Some(bits),
                _ => None,
            })
        };
        assert_eq!(bits("stdio,clock"), Some(ambient::RANDOM));
        assert_eq!(bits("random,stderr"), Some(ambient::STDIN | ambient::STDOUT | ambient::EXACT_CLOCKS));
    }

    #[test]
    fn words_that_mean_nothing_are_found() {
        assert_eq!(Denials::new("net,files").ambient(), Err(&b"files"[..]));
        assert_eq!(Denials::new("net,write:/x,,env:A").ambient(), Ok(0));
    }
}
