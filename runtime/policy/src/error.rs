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
