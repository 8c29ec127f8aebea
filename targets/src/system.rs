//! The operating systems.

use std::fmt;

/// An operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Linux: programs are linked with the runtime, and need nothing else.
    Linux,
    /// macOS: objects (Mach-O), for programs that bring a runtime of their own.
    MacOs,
    /// Windows: objects (COFF), likewise.
    Windows,
}

impl System {
    /// Every operating system, in the order in which they are listed to users.
    pub const ALL: [System; 3] = [System::Linux, System::MacOs, System::Windows];

    /// The name used in target names.
    pub const fn name(self) -> &'static str {
        match self {
            System::Linux => "linux",
            System::MacOs => "macos",
            System::Windows => "windows",
        }
    }

    /// The format of its objects.
    pub const fn object_format(self) -> ObjectFormat {
        match self {
            System::Linux => ObjectFormat::Elf,
            System::MacOs => ObjectFormat::MachO,
            System::Windows => ObjectFormat::Coff,
        }
    }

    /// Whether there is a runtime for it, so that a module can become a program.
    pub const fn has_runtime(self) -> bool {
        matches!(self, System::Linux)
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            System::Linux => "Linux",
            System::MacOs => "macOS",
            System::Windows => "Windows",
        })
    }
}

/// A format of relocatable objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectFormat {
    /// The Executable and Linkable Format.
    Elf,
    /// Mach-O.
    MachO,
    /// The Common Object File Format, as Windows has it.
    Coff,
}

impl fmt::Display for ObjectFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ObjectFormat::Elf => "ELF",
            ObjectFormat::MachO => "Mach-O",
            ObjectFormat::Coff => "COFF",
        })
    }
}
