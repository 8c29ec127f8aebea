//! What a program may reach, on the side of the host that decides it.
//!
//! ```text
//! flag values ──parse──► Policy ──to_table──► grants table ──► a section of the executable
//!                          ▲                        │
//!                          └────────from_table──────┘
//! ```
//!
//! A [`Policy`] is inert data: two equal policies make equal tables, and what a policy does not name is denied. Nothing
//! here looks at the file system or at the environment: a granted directory is opened, and an inherited variable read,
//! when the program runs. The bytes of a table are described in [`wasmelt_abi::grants`].

#![forbid(unsafe_code)]

mod allow;
mod ambient;
mod deny;
mod directory;
mod document;
mod environment;
mod error;
mod explain;
mod file;
mod limits;
mod network;
mod table;

pub use allow::{Allowance, AllowanceError};
pub use ambient::{Clocks, Randomness, Streams};
pub use deny::Denial;
pub use directory::{Access, Directory};
pub use document::{Document, DocumentError, DocumentProblem, Misfit};
pub use environment::Variable;
pub use error::{
    DenialError, DirectoryError, FileError, LimitError, NetworkError, TableError, TextError, VariableError,
};
pub use file::GrantedFile;
pub use limits::{Limit, Limits, amount, limit_name, parse_amount};
pub use network::{any_network, parse_rule, rule_text};
pub use wasmelt_abi::grants::{Direction, LimitKind, NetworkRule, Protocol, family};

/// What a program may reach. The default reaches its standard streams, which whoever starts it hands it, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The program's name, its argument 0; without one the program sees an empty name.
    pub program_name: Option<Text>,
    /// The program's arguments.
    pub arguments: Arguments,
    /// The environment variables that the program sees, in their order.
    pub environment: Vec<Variable>,
    /// The directories that the program can open, in the order of their descriptors, which count from 3.
    pub directories: Vec<Directory>,
    /// The files that the program can open; those of one directory stand together.
    pub files: Vec<GrantedFile>,
    /// Whether the program sees all variables of its process, after those of `environment`.
    pub inherit_environment: bool,
    /// The standard streams that it has.
    pub streams: Streams,
    /// What it sees of the clocks.
    pub clocks: Clocks,
    /// Where its random bytes come from.
    pub randomness: Randomness,
    /// What it may connect to and listen on.
    pub network: Vec<NetworkRule>,
    /// How much of everything it may use.
    pub limits: Limits,
    /// The families of functions that are linked, bits of [`family`]; whoever builds the program says so.
    pub families: u16,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            program_name: None,
            arguments: Arguments::default(),
            environment: Vec::new(),
            directories: Vec::new(),
            files: Vec::new(),
            inherit_environment: false,
            streams: Streams::ALL,
            clocks: Clocks::None,
            randomness: Randomness::None,
            network: Vec::new(),
            limits: Limits::default(),
            families: 0,
        }
    }
}

/// The arguments of a program, after argument 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Arguments that the program always gets, first.
    pub fixed: Vec<Text>,
    /// Whether the arguments that the process is started with follow.
    pub inherit: bool,
}

impl Policy {
    /// Grants `variable`, in the place of an earlier grant of the same name.
    pub fn grant_variable(&mut self, variable: Variable) {
        match self.environment.iter_mut().find(|granted| granted.name() == variable.name()) {
            Some(granted) => *granted = variable,
            None => self.environment.push(variable),
        }
    }

    /// Grants `file`, in the place of an earlier grant of the same guest path.
    pub fn grant_file(&mut self, file: GrantedFile) {
        if let Some(granted) = self.files.iter_mut().find(|granted| granted.guest() == file.guest()) {
            *granted = file;
            return;
        }
        let same = |granted: &GrantedFile| same_place(granted.directory(), file.directory());
        let at = self.files.iter().rposition(same).map_or(self.files.len(), |last| last + 1);
        self.files.insert(at, file);
    }

    /// Adds a rule, unless it is there.
    pub fn grant_network(&mut self, rule: NetworkRule) {
        if !self.network.contains(&rule) {
            self.network.push(rule);
        }
    }

    /// Whether there is any file or directory.
    pub fn reaches_files(&self) -> bool {
        !self.directories.is_empty() || !self.files.is_empty()
    }

    /// The families of functions that the grants can be good for.
    pub fn needed_families(&self) -> u16 {
        let pick = |needed, bit| if needed { bit } else { 0 };
        pick(self.reaches_files(), family::FILES)
            | pick(self.network.iter().any(|rule| rule.direction == Direction::Listen), family::SOCKETS)
            | pick(self.clocks != Clocks::None, family::CLOCKS)
            | pick(self.randomness != Randomness::None, family::RANDOM)
            | pick(self.limits.need_functions(), family::LIMITS)
    }

    /// Grants `directory`, in the place of an earlier grant of the same guest path.
    pub fn grant_directory(&mut self, directory: Directory) {
        match self.directories.iter_mut().find(|granted| granted.guest() == directory.guest()) {
            Some(granted) => *granted = directory,
            None => self.directories.push(directory),
        }
    }
}

/// Whether both are the same directory under the same path, whatever the access.
fn same_place(one: &Directory, other: &Directory) -> bool {
    (one.host(), one.guest()) == (other.host(), other.guest())
}

/// A string without zero bytes: what the host and the program can pass to each other as a name, an argument or a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

impl Text {
    /// The string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Text {
    type Error = TextError;

    fn try_from(text: String) -> Result<Text, TextError> {
        match text.find('\0') {
            Some(at) => Err(TextError { at }),
            None => Ok(Text(text)),
        }
    }
}

impl TryFrom<&str> for Text {
    type Error = TextError;

    fn try_from(text: &str) -> Result<Text, TextError> {
        Text::try_from(text.to_owned())
    }
}

impl std::str::FromStr for Text {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Text, TextError> {
        Text::try_from(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_grant_of_a_name_replaces_the_earlier_one_in_place() {
        let mut policy = Policy::default();
        for variable in ["A=1", "B", "A"] {
            policy.grant_variable(variable.parse().unwrap());
        }
        for directory in ["x::/data", "y::/other", "z::/data:ro"] {
            policy.grant_directory(directory.parse().unwrap());
        }
        let variables: Vec<String> = policy.environment.iter().map(Variable::to_string).collect();
        let directories: Vec<String> = policy.directories.iter().map(Directory::to_string).collect();
        assert_eq!(variables, ["A", "B"]);
        assert_eq!(directories, ["z::/data:ro", "y::/other"]);
    }

    #[test]
    fn text_with_a_zero_byte_is_refused() {
        assert_eq!(Text::try_from("a\0b"), Err(TextError { at: 1 }));
    }
}
