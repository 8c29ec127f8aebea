//! Why there is no executable.

use std::fmt;

use wasmelt_targets::Target;

/// Why linking failed.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The compiler was built without the target's runtime. Environment.
    #[error(transparent)]
    MissingRuntime(#[from] MissingRuntime),
    /// Code and data do not fit below the program's memory. User.
    #[error("the program is too large: its code and data end at address {end:#x}, its memory starts at {limit:#x}")]
    TooLarge {
        /// Address after the last byte of code and data.
        end: u64,
        /// Address of the lowest memory.
        limit: u64,
    },
    /// A branch or an address is too far from its target. User: the program is too large.
    #[error("the program is too large: {place} is {distance:+} bytes away from `{symbol}`, the limit is {limit}")]
    TooFar {
        /// Where the address is used.
        place: Place,
        /// What it is the address of.
        symbol: String,
        /// The value that has to be encoded.
        distance: i64,
        /// What can be encoded.
        limit: &'static str,
    },
    /// An input is not an object file of the target. Bug.
    #[error("{input} is not a relocatable ELF object for {platform}")]
    WrongFormat {
        /// The input.
        input: String,
        /// The target's platform.
        platform: &'static str,
    },
    /// An input cannot be read. Bug.
    #[error("{input} is malformed")]
    Malformed {
        /// The input.
        input: String,
        /// What the reader says.
        source: object::Error,
    },
    /// An input has something that executables of ours do not have. Bug.
    #[error("{input}: {what} `{name}` is not supported")]
    Unsupported {
        /// The input.
        input: String,
        /// What it is.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A relocation of a kind that this linker does not know, or at a place where it cannot be. Bug.
    #[error("{place}: relocation of kind {kind} against `{symbol}` cannot be applied")]
    Relocation {
        /// Where it is.
        place: Place,
        /// Its number in the processor's ELF supplement.
        kind: u32,
        /// What it refers to.
        symbol: String,
    },
    /// Symbols that nothing defines. Bug.
    #[error("undefined symbols: {}", list(symbols))]
    Undefined {
        /// Each with one place that refers to it, in order of their names.
        symbols: Vec<UndefinedSymbol>,
    },
    /// A symbol that every program needs. Bug.
    #[error("nothing defines `{symbol}`")]
    MissingRoot {
        /// The symbol.
        symbol: &'static str,
    },
    /// A symbol with two definitions. Bug.
    #[error("`{symbol}` is defined by {first} and by {second}")]
    Duplicate {
        /// The symbol.
        symbol: String,
        /// The input that defines it.
        first: String,
        /// The input that defines it again.
        second: String,
    },
    /// The output is not what it has to be. Bug.
    #[error("the linked executable is wrong")]
    Verify(#[from] VerifyError),
}

/// A place in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The input.
    pub input: String,
    /// The function or datum, or else the section, that holds the place.
    pub symbol: String,
    /// Bytes from its start.
    pub offset: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`+{:#x} of {}", self.symbol, self.offset, self.input)
    }
}

/// A symbol that nothing defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndefinedSymbol {
    /// The symbol.
    pub name: String,
    /// The first place that refers to it.
    pub place: Place,
}

fn list(symbols: &[UndefinedSymbol]) -> String {
    let each = symbols.iter().map(|UndefinedSymbol { name, place }| format!("`{name}` (used by {place})"));
    each.collect::<Vec<_>>().join(", ")
}

/// The compiler was built without the runtime of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingRuntime {
    platform: &'static str,
    triple: &'static str,
}

impl MissingRuntime {
    pub(crate) fn of(target: &Target) -> MissingRuntime {
        MissingRuntime { platform: target.platform(), triple: target.rust_triple() }
    }

    /// What the user does about it.
    pub fn help(&self) -> String {
        let MissingRuntime { triple, .. } = self;
        let foreign = match triple.split('-').next() {
            Some("aarch64") => "arm64",
            _ => "amd64",
        };
        format!(
            "with rustup: `rustup target add {triple}`, then build wasmelt again; \
             with Debian's packages: `dpkg --add-architecture {foreign}`, `apt-get update`, \
             `apt-get install rustc-web cargo-web libstd-rust-web-dev:{foreign}`, then `cargo clean -p wasmelt-link` and \
             build wasmelt again"
        )
    }
}

impl fmt::Display for MissingRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this wasmelt was built without the runtime for {}: there was no Rust standard library for {}",
            self.platform, self.triple
        )
    }
}

impl std::error::Error for MissingRuntime {}

/// What is wrong with a linked executable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not an ELF executable of the target's architecture.
    #[error("its ELF header is not that of an executable for the target")]
    Header,
    /// It names an interpreter, dynamic libraries or thread-local storage.
    #[error("it has a program header of type {0:#x}, which static programs do not have")]
    NotStatic(u32),
    /// The stack would be executable.
    #[error("it does not say that its stack is not executable")]
    ExecutableStack,
    /// A segment that can be written and executed.
    #[error("the segment at {0:#x} can be written and executed")]
    WritableCode(u64),
    /// A segment that the kernel would not map as it is meant.
    #[error(
        "the segment at {0:#x} overlaps another, is out of order, or does not lie in the file as it does in memory"
    )]
    Segment(u64),
    /// The entry point is not the start of code.
    #[error("the entry point {0:#x} is not in the code, or not aligned")]
    Entry(u64),
    /// There is no program header of this ABI version.
    #[error("there is no program header of ABI version {expected} at {address:#x}")]
    ProgramHeader {
        /// Where it should be.
        address: u64,
        /// The version it should have.
        expected: u32,
    },
    /// A part that the program header points to is not where it says.
    #[error("the program header's {part} is not in a segment of the right kind")]
    Part {
        /// Which part.
        part: &'static str,
    },
    /// A memory that the kernel should map is not in the segments.
    #[error("memory {0} is not mapped as its state says")]
    Memory(u32),
}
