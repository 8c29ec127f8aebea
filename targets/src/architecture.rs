//! The instruction sets.

use std::fmt;

/// An instruction set that Wasmelt compiles for; all are 64-bit and little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// AMD64, also called x86-64.
    X86_64,
    /// The 64-bit Arm architecture.
    Aarch64,
}

impl Architecture {
    /// Every architecture, in the order in which they are listed to users.
    pub const ALL: [Architecture; 2] = [Architecture::X86_64, Architecture::Aarch64];

    /// The name used in target names and triples.
    pub const fn name(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Aarch64 => "aarch64",
        }
    }

    /// The architecture this compiler runs on, if it is one that it compiles for.
    pub fn host() -> Option<Architecture> {
        Architecture::ALL.into_iter().find(|architecture| architecture.name() == std::env::consts::ARCH)
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
