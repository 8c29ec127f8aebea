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

mod directory;
mod environment;
mod error;
mod explain;
mod table;

pub use directory::{Access, Directory};
pub use environment::Variable;
pub use error::{DirectoryError, TableError, TextError, VariableError};

/// What a program may reach beyond its standard streams, the clocks and randomness. The default reaches nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The program's name, its argument 0; without one the program sees an empty name.
    pub program_name: Option<Text>,
    /// The program's arguments.
    pub arguments: Arguments,
    /// The environment variables that the program sees, in their order.
    pub environment: Vec<Variable>,
    /// The directories that the program can open, in the order of their descriptors, which count from 3.
    pub directories: Vec<Directory>,
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

    /// Grants `directory`, in the place of an earlier grant of the same guest path.
    pub fn grant_directory(&mut self, directory: Directory) {
        match self.directories.iter_mut().find(|granted| granted.guest() == directory.guest()) {
            Some(granted) => *granted = directory,
            None => self.directories.push(directory),
        }
    }
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
