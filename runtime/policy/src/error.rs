//! Why a flag's value or a table is refused.

use thiserror::Error;

/// A zero byte where none can be.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("there is a zero byte at position {at}")]
pub struct TextError {
    /// Offset of the zero byte in bytes.
    pub at: usize,
}

/// Why `HOST[::GUEST][:ro|:rw]` is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DirectoryError {
    /// There is no host path.
    #[error("`{value}` names no directory of the host (expected HOST[::GUEST][:ro])")]
    NoHostPath {
        /// The refused value.
        value: String,
    },
    /// `::` is there, but no guest path after it.
    #[error("`{value}` names no path for the guest after `::` (expected HOST[::GUEST][:ro])")]
    NoGuestPath {
        /// The refused value.
        value: String,
    },
    /// A path holds a zero byte.
    #[error("in a path of `{value}` {error}", value = value.escape_debug())]
    ZeroByte {
        /// The refused value.
        value: String,
        /// Where in the path.
        error: TextError,
    },
}

/// Why `NAME[=VALUE]` is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum VariableError {
    /// There is no name.
    #[error("`{value}` names no environment variable (expected NAME[=VALUE])")]
    NoName {
        /// The refused value.
        value: String,
    },
    /// The name holds a `=`.
    #[error("the name of the environment variable `{name}` holds a `=`")]
    EqualsSignInName {
        /// The refused name.
        name: String,
    },
    /// The name or the value holds a zero byte.
    #[error("in `{value}` {error}", value = value.escape_debug())]
    ZeroByte {
        /// The refused value.
        value: String,
        /// Where in the value.
        error: TextError,
    },
}

/// Why a grant is not one of a file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FileError {
    /// A path does not end with a name.
    #[error("`{value}` does not end with the name of a file")]
    NoName {
        /// The refused value.
        value: String,
    },
    /// The paths end with different names.
    #[error("`{value}` gives a file another name; only directories can have one")]
    OtherName {
        /// The refused value.
        value: String,
    },
}

/// Why a limit is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LimitError {
    /// Not `NAME=VALUE`.
    #[error("`{text}` is no limit (expected NAME=VALUE)")]
    Form {
        /// The refused text.
        text: String,
    },
    /// There is no such limit.
    #[error("there is no limit `{name}`: they are memory, stack, cpu-time, wall-time, open-files, output")]
    Name {
        /// The name.
        name: String,
    },
    /// The value cannot be.
    #[error("`{text}` is no value for {kind} (bytes: 512K, 64M, 1G; times: 500ms, 2s, 5m, 1h; files: a number)")]
    Amount {
        /// The limit's name.
        kind: &'static str,
        /// The refused value.
        text: String,
    },
}

/// Why an address is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{text}` is no address (expected [tcp:|udp:]ADDRESS[/BITS][:PORT[-PORT]], ADDRESS numeric, `localhost` or `*`)"
)]
pub struct NetworkError {
    /// The refused text.
    pub text: String,
}

/// Why a denial is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{text}` denies nothing (expected read[:PATH], write[:PATH], env[:NAME], args, net, listen, stdin, stdout, stderr, \
     stdio, clock or random)"
)]
pub struct DenialError {
    /// The refused text.
    pub text: String,
}

/// Why bytes are not a grants table.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TableError {
    /// The bytes do not start with a table of this version, or end before it does.
    #[error("the grants table is incomplete or of another version")]
    Header,
    /// A record cannot be read, or is not written the way this version writes it.
    #[error("record {record} of the grants table is damaged")]
    Record {
        /// The record's number, counted from 0.
        record: usize,
    },
}
