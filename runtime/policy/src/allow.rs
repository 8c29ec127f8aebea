//! Granting what an audit says would have been needed: `--allow-…`.
//!
//! A path is the program's here, and counts where the policy lets the program see it: the access to a directory or a file that
//! is granted changes, or another file appears beside one that is.

use std::str::FromStr;

use thiserror::Error;
use wasmelt_abi::grants::NetworkRule;

use crate::deny::{depth, lies_in};
use crate::{
    Access, Clocks, Direction, GrantedFile, NetworkError, Policy, Randomness, Streams, Variable, VariableError,
    any_network, parse_rule,
};

/// What is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// Reading what this path of the program means; without one, it is not known which.
    Read(Option<String>),
    /// Changing it, likewise.
    Write(Option<String>),
    /// An environment variable, or all.
    Environment(Option<Variable>),
    /// The arguments that the process is started with.
    Arguments,
    /// Connecting to these addresses, or to any.
    Connect(Option<NetworkRule>),
    /// Listening on these addresses, or on any.
    Listen(Option<NetworkRule>),
    /// Standard streams.
    Streams(Streams),
    /// Clocks.
    Clocks(Clocks),
    /// Randomness.
    Randomness(Randomness),
}

/// Why an allowance is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AllowanceError {
    /// There is no such flag, or it has no such value.
    #[error("`{text}` allows nothing")]
    Unknown {
        /// The refused text.
        text: String,
    },
    /// It is no variable.
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// It is no address.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl Allowance {
    /// The flag `--allow-<name>[=<value>]`.
    ///
    /// # Errors
    ///
    /// If there is none of that name, or it has no such value.
    pub fn new(name: &str, value: Option<&str>) -> Result<Allowance, AllowanceError> {
        let rule = |direction| value.map(|value| parse_rule(direction, value)).transpose();
        Ok(match (name, value) {
            ("read", path) => Allowance::Read(path.map(str::to_owned)),
            ("write", path) => Allowance::Write(path.map(str::to_owned)),
            ("env", value) => Allowance::Environment(value.map(str::parse).transpose()?),
            ("net", _) => Allowance::Connect(rule(Direction::Connect)?),
            ("listen", _) => Allowance::Listen(rule(Direction::Listen)?),
            ("args", None) => Allowance::Arguments,
            ("stdio", None) => Allowance::Streams(Streams::ALL),
            ("stdio", Some("stdin")) => Allowance::Streams(Streams { input: true, ..Streams::NONE }),
            ("stdio", Some("stdout")) => Allowance::Streams(Streams { output: true, ..Streams::NONE }),
            ("stdio", Some("stderr")) => Allowance::Streams(Streams { error: true, ..Streams::NONE }),
            ("clock", None | Some("exact")) => Allowance::Clocks(Clocks::Exact),
            ("clock", Some("coarse")) => Allowance::Clocks(Clocks::Coarse),
            ("random", None) => Allowance::Randomness(Randomness::Real),
            ("random", Some(seed)) => Allowance::Randomness(Randomness::Seeded(
                seed.parse().map_err(|_| AllowanceError::Unknown { text: format!("--allow-random={seed}") })?,
            )),
            _ => {
                let value = value.map_or(String::new(), |value| format!("={value}"));
                return Err(AllowanceError::Unknown { text: format!("--allow-{name}{value}") });
            }
        })
    }
}

impl FromStr for Allowance {
    type Err = AllowanceError;

    /// As an audit tells it: `--allow-read=/data/x`, `--allow-stdio=stdin`, `--allow-clock`.
    fn from_str(text: &str) -> Result<Allowance, AllowanceError> {
        let flag = text.strip_prefix("--allow-").ok_or_else(|| AllowanceError::Unknown { text: text.to_owned() })?;
        let (name, value) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        Allowance::new(name, value)
    }
}

impl Policy {
    /// Grants what `allowance` says. Of files, nothing where the policy has no place for the path, or none is told: which of
    /// the host's the program would have to see is not known then.
    pub fn allow(&mut self, allowance: &Allowance) {
        match allowance {
            Allowance::Read(path) => self.allow_path(path.as_deref(), Access::ReadOnly),
            Allowance::Write(path) => self.allow_path(path.as_deref(), Access::ReadWrite),
            Allowance::Environment(Some(variable)) => self.grant_variable(variable.clone()),
            Allowance::Environment(None) => self.inherit_environment = true,
            Allowance::Arguments => self.arguments.inherit = true,
            Allowance::Connect(rule) => self.allow_network(Direction::Connect, *rule),
            Allowance::Listen(rule) => self.allow_network(Direction::Listen, *rule),
            Allowance::Streams(streams) => {
                self.streams.input |= streams.input;
                self.streams.output |= streams.output;
                self.streams.error |= streams.error;
            }
            Allowance::Clocks(clocks) => self.clocks = *clocks,
            Allowance::Randomness(randomness) => self.randomness = *randomness,
        }
    }

    fn allow_network(&mut self, direction: Direction, rule: Option<NetworkRule>) {
        match rule {
            Some(rule) => self.grant_network(rule),
            None => any_network(direction).into_iter().for_each(|rule| self.grant_network(rule)),
        }
    }

    fn allow_path(&mut self, path: Option<&str>, access: Access) {
        // What leads out of a directory is in no other.
        let Some(path) = path.filter(|path| path.split('/').all(|component| component != "..")) else { return };
        let is_it = |file: &&mut GrantedFile| lies_in(path, &file.guest()) && lies_in(&file.guest(), path);
        if let Some(file) = self.files.iter_mut().find(is_it) {
            if access == Access::ReadWrite {
                *file = file.with_access(access);
            }
            return;
        }
        let in_directory = self.directories.iter_mut().filter(|directory| lies_in(path, directory.guest()));
        if let Some(directory) = in_directory.max_by_key(|directory| depth(directory.guest())) {
            if access == Access::ReadWrite {
                *directory = directory.with_access(access);
            }
            return;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_beside = |file: &&GrantedFile| {
            let directory = file.directory().guest();
            lies_in(path, directory) && depth(path) == depth(directory) + 1
        };
        let beside = self.files.iter().find(is_beside);
        let beside = beside.and_then(|file| GrantedFile::in_directory(file.directory().with_access(access), name));
        beside.into_iter().for_each(|file| self.grant_file(file));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(policy: &Policy, flag: &str) -> Policy {
        let mut policy = policy.clone();
        policy.allow(&flag.parse().unwrap());
        policy
    }

    fn paths(policy: &Policy) -> Vec<String> {
        let files = policy.files.iter().map(ToString::to_string);
        policy.directories.iter().map(ToString::to_string).chain(files).collect()
    }

    fn with_paths() -> Policy {
        let mut policy = Policy::default();
        for directory in ["a::/data:ro", "b::/data/inner:ro"] {
            policy.grant_directory(directory.parse().unwrap());
        }
        policy.grant_file(GrantedFile::new(&"/etc/hosts::/etc/hosts:ro".parse().unwrap()).unwrap());
        policy
    }

    #[test]
    fn a_path_is_allowed_where_the_program_sees_it() {
        let policy = with_paths();
        let check = |flag: &str, expected: &[&str]| assert_eq!(paths(&allowed(&policy, flag)), expected, "{flag}");
        let (a, b, hosts) = ("a::/data:ro", "b::/data/inner:ro", "/etc/hosts::/etc/hosts:ro");
        check("--allow-write=/data/x", &["a::/data", b, hosts]);
        check("--allow-write=/data/inner/x/y", &[a, "b::/data/inner", hosts]);
        check("--allow-write=/etc/hosts", &[a, b, "/etc/hosts::/etc/hosts"]);
        check("--allow-read=/etc/passwd", &[a, b, hosts, "/etc/passwd::/etc/passwd:ro"]);
    }

    #[test]
    fn nothing_is_granted_for_a_path_that_the_policy_has_no_place_for() {
        let policy = with_paths();
        for flag in [
            "--allow-read=/data/x",
            "--allow-write=/data/../x",
            "--allow-read=/srv",
            "--allow-read",
            "--allow-read=/etc/a/b",
            "--allow-read=/etcetera",
        ] {
            assert_eq!(allowed(&policy, flag), policy, "{flag}");
        }
    }

    #[test]
    fn the_flags_of_an_audit_are_granted() {
        let policy = Policy { streams: Streams::NONE, ..Policy::default() };
        let input = allowed(&policy, "--allow-stdio=stdin").streams;
        assert_eq!(input, Streams { input: true, ..Streams::NONE });
        assert_eq!(allowed(&policy, "--allow-clock").clocks, Clocks::Exact);
        assert_eq!(allowed(&policy, "--allow-random").randomness, Randomness::Real);
        assert!(allowed(&policy, "--allow-args").arguments.inherit);
        assert!(allowed(&policy, "--allow-env").inherit_environment);
        assert_eq!(allowed(&policy, "--allow-listen=127.0.0.1:80").network.len(), 1);
        assert_eq!(allowed(&policy, "--allow-net").network, any_network(Direction::Connect));
    }

    #[test]
    fn what_is_no_allowance_is_refused() {
        for text in [
            "",
            "--deny-read",
            "--allow-everything",
            "--allow-args=x",
            "--allow-random=x",
            "--allow-net=x",
            "--allow-env==",
        ] {
            assert!(text.parse::<Allowance>().is_err(), "{text}");
        }
    }
}
