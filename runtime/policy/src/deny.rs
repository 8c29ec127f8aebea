//! Taking grants back: `--deny-…` and `WASMELT_DENY`.
//!
//! A denial always takes at least what it says. A path inside a granted directory cannot be cut out of it, since names lead
//! anywhere; so the whole directory goes.

use std::str::FromStr;

use wasmelt_abi::grants::Direction;

use crate::{Access, Clocks, DenialError, Policy, Randomness, Streams};

/// What is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Files: all, or those that this path of the guest leads to or lies above.
    Read(Option<String>),
    /// Changing files, likewise.
    Write(Option<String>),
    /// Environment variables: all, or this one.
    Environment(Option<String>),
    /// The arguments that the process is started with.
    Arguments,
    /// Connecting.
    Connect,
    /// Listening.
    Listen,
    /// Standard streams.
    Streams(Streams),
    /// Clocks.
    Clocks,
    /// Randomness.
    Randomness,
}

impl FromStr for Denial {
    type Err = DenialError;

    /// As in `WASMELT_DENY`: `read`, `read:/data`, `write`, `env:HOME`, `args`, `net`, `listen`, `stdin`, `stdout`,
    /// `stderr`, `stdio`, `clock`, `random`.
    fn from_str(text: &str) -> Result<Denial, DenialError> {
        let (what, which) = text.split_once(':').map_or((text, None), |(what, which)| (what, Some(which.to_owned())));
        let denial = match what {
            "read" => Denial::Read(which),
            "write" => Denial::Write(which),
            "env" => Denial::Environment(which),
            "net" => Denial::Connect,
            "listen" => Denial::Listen,
            _ if which.is_some() => return Err(DenialError { text: text.to_owned() }),
            "args" => Denial::Arguments,
            "stdin" => Denial::Streams(Streams { input: true, ..Streams::NONE }),
            "stdout" => Denial::Streams(Streams { output: true, ..Streams::NONE }),
            "stderr" => Denial::Streams(Streams { error: true, ..Streams::NONE }),
            "stdio" => Denial::Streams(Streams::ALL),
            "clock" => Denial::Clocks,
            "random" => Denial::Randomness,
            _ => return Err(DenialError { text: text.to_owned() }),
        };
        Ok(denial)
    }
}

impl Policy {
    /// Takes back what `denial` says.
    pub fn deny(&mut self, denial: &Denial) {
        match denial {
            Denial::Read(path) => {
                self.directories.retain(|directory| !overlaps(directory.guest(), path.as_deref()));
                self.files.retain(|file| !overlaps(&file.guest(), path.as_deref()));
            }
            Denial::Write(path) => self.deny_writing(path.as_deref()),
            Denial::Environment(None) => {
                self.environment.clear();
                self.inherit_environment = false;
            }
            Denial::Environment(Some(name)) => {
                self.environment.retain(|variable| variable.name() != name);
                // All but one cannot be said.
                self.inherit_environment = false;
            }
            Denial::Arguments => self.arguments.inherit = false,
            Denial::Connect => self.network.retain(|rule| rule.direction != Direction::Connect),
            Denial::Listen => self.network.retain(|rule| rule.direction != Direction::Listen),
            Denial::Streams(streams) => {
                self.streams.input &= !streams.input;
                self.streams.output &= !streams.output;
                self.streams.error &= !streams.error;
            }
            Denial::Clocks => self.clocks = Clocks::None,
            Denial::Randomness => self.randomness = Randomness::None,
        }
    }

    fn deny_writing(&mut self, path: Option<&str>) {
        for directory in self.directories.iter_mut().filter(|directory| overlaps(directory.guest(), path)) {
            *directory = directory.with_access(Access::ReadOnly);
        }
        for file in self.files.iter_mut().filter(|file| overlaps(&file.guest(), path)) {
            *file = file.with_access(Access::ReadOnly);
        }
    }
}

/// Whether one of the paths lies in the other, or no path is meant, which means all.
fn overlaps(granted: &str, path: Option<&str>) -> bool {
    path.is_none_or(|path| lies_in(granted, path) || lies_in(path, granted))
}

/// Whether the path lies in the directory, or is it.
pub(crate) fn lies_in(path: &str, directory: &str) -> bool {
    let mut components = components(path);
    self::components(directory).all(|component| components.next() == Some(component))
}

/// How many directories deep the path is.
pub(crate) fn depth(path: &str) -> usize {
    components(path).count()
}

fn components(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|component| !matches!(*component, "" | "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(grants: &[&str], denial: &str) -> Vec<String> {
        let mut policy = Policy::default();
        grants.iter().for_each(|grant| policy.grant_directory(grant.parse().unwrap()));
        policy.deny(&denial.parse().unwrap());
        policy.directories.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_denial_takes_at_least_what_it_says() {
        assert_eq!(denied(&["/a", "/b"], "read:/a"), ["/b"]);
        assert_eq!(denied(&["/a", "/b"], "read:/a/c"), ["/b"]);
        assert_eq!(denied(&["/a/c", "/ab"], "read:/a"), ["/ab"]);
        assert_eq!(denied(&["/a", "/b"], "write:/a"), ["/a:ro", "/b"]);
        assert_eq!(denied(&["/a", "/b"], "write"), ["/a:ro", "/b:ro"]);
        assert_eq!(denied(&["/a", "."], "read:/"), [""; 0]);
        assert_eq!(denied(&["/a"], "net"), ["/a"]);
    }

    #[test]
    fn what_is_no_denial_is_refused() {
        for text in ["", "everything", "clock:x", "files"] {
            assert!(text.parse::<Denial>().is_err(), "{text}");
        }
    }
}
