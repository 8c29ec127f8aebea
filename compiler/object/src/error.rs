//! Why there is no object.

use std::error::Error;

/// Why a program cannot be an object.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The code, or the tables about it, take more than their 32-bit offsets reach. User: the program is too large.
    #[error("the program is too large: its {part} takes {bytes} bytes, at most 4 GiB are possible")]
    TooLarge {
        /// What is too large.
        part: &'static str,
        /// Its bytes.
        bytes: u64,
    },
    /// The initial contents of a memory are spread so that the executable would be huge. User.
    #[error(
        "the data segments of memory {memory} lie so far apart that they take {bytes} bytes in the executable; at most {limit} are possible"
    )]
    ScatteredData {
        /// The memory's number in the program.
        memory: usize,
        /// Bytes in the executable.
        bytes: u64,
        /// The most that is accepted.
        limit: u64,
    },
    /// A call of a script has more arguments or results than a script can have. Bug.
    #[error("a call of the script has {slots} arguments or results, at most {limit} are possible")]
    ScriptSlots {
        /// How many.
        slots: u32,
        /// The most that is possible.
        limit: u32,
    },
    /// The code or the data refers to something that was not compiled. Bug.
    #[error("`{symbol}` is used but not defined")]
    Undefined {
        /// Its symbol.
        symbol: String,
    },
    /// The code cannot be put into an object. Bug.
    #[error("the code cannot be put into an object: {0}")]
    Code(Box<dyn Error + Send + Sync>),
    /// The object cannot be written. Bug.
    #[error("the object cannot be written")]
    Write(#[from] object::write::Error),
}
