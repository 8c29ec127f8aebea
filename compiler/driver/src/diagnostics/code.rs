//! The stable codes of diagnostics. A code is never given to another kind of problem, nor removed.

use std::fmt;

/// Whose fault it is, and so who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The input or the request: a bad module, an unsupported feature, an impossible option.
    User,
    /// The machine: files, disks, tools that are missing.
    Environment,
    /// Wasmelt.
    Bug,
}

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A text that is not in the WebAssembly text format.
    TextSyntax,
    /// A file that is neither a module nor a text.
    NotAModule,
    /// A module that ends early, is malformed or is not valid.
    InvalidModule,
    /// A module that uses what this version does not compile.
    Unsupported,
    /// An import that nothing provides.
    UnknownImport,
    /// An import of another type than what is provided.
    ImportType,
    /// A module without the function that a program starts with.
    NoEntry,
    /// A module that is too big to be a program.
    TooLarge,
    /// An output that would replace an input, or another output.
    OutputConflict,
    /// An option whose value cannot be.
    InvalidOption,
    /// A policy file that says what cannot be.
    InvalidPolicy,
    /// A file that is no executable of this compiler.
    NotAnExecutable,
    /// A project file that is not one.
    ProjectFile,
    /// Functions that a module imports, and that nothing is granted to.
    NotGranted,
    /// A program for a system that only objects are made for.
    ObjectsOnly,
    /// An executable that is not what its modules become.
    NotVerified,
    /// A file that cannot be read.
    Unreadable,
    /// A file that cannot be written.
    Unwritable,
    /// A target whose runtime is not part of this compiler.
    TargetNotBuiltIn,
    /// A program for another processor, and no emulator.
    NoEmulator,
    /// A program that cannot be started.
    NotStarted,
    /// The cache has no place.
    NoCache,
    /// The compiler stopped in the middle.
    Panic,
    /// A stage found what cannot be.
    Internal,
}

impl Code {
    /// The code as it is printed: `E0102`.
    pub fn id(self) -> &'static str {
        self.entry().0
    }

    /// Its class.
    pub fn class(self) -> Class {
        self.entry().1
    }

    /// 01: modules; 02: requests; 03: the machine; 09: Wasmelt itself.
    fn entry(self) -> (&'static str, Class) {
        match self {
            Code::TextSyntax => ("E0101", Class::User),
            Code::NotAModule => ("E0102", Class::User),
            Code::InvalidModule => ("E0103", Class::User),
            Code::Unsupported => ("E0104", Class::User),
            Code::UnknownImport => ("E0105", Class::User),
            Code::ImportType => ("E0106", Class::User),
            Code::NoEntry => ("E0107", Class::User),
            Code::TooLarge => ("E0108", Class::User),
            Code::OutputConflict => ("E0201", Class::User),
            Code::InvalidOption => ("E0202", Class::User),
            Code::InvalidPolicy => ("E0203", Class::User),
            Code::NotAnExecutable => ("E0204", Class::User),
            Code::ProjectFile => ("E0205", Class::User),
            Code::NotGranted => ("E0206", Class::User),
            Code::ObjectsOnly => ("E0208", Class::User),
            Code::NotVerified => ("E0210", Class::User),
            Code::Unreadable => ("E0301", Class::Environment),
            Code::Unwritable => ("E0302", Class::Environment),
            Code::TargetNotBuiltIn => ("E0303", Class::Environment),
            Code::NoEmulator => ("E0304", Class::Environment),
            Code::NotStarted => ("E0305", Class::Environment),
            Code::NoCache => ("E0306", Class::Environment),
            Code::Panic => ("E0901", Class::Bug),
            Code::Internal => ("E0902", Class::Bug),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
