//! What can be wrong with modules and programs.
//!
//! All of these are the user's errors: each says what is wrong, where, and what may help. Their stable codes belong to the
//! diagnostics that are made of them. Names that come from a module are escaped, since a module may hold any text.

use std::fmt;

use crate::{FunctionIndex, names};

/// A place in a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Byte offset in the module's binary.
    pub offset: usize,
    /// The function around that offset, if it lies in a function body.
    pub function: Option<FunctionLocation>,
}

/// A function, as errors name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionLocation {
    /// Its index.
    pub index: FunctionIndex,
    /// What it is called in messages: [`Module::display_name`](crate::Module::display_name).
    pub name: String,
}

impl Location {
    /// Byte `offset`, outside of function bodies.
    pub fn at(offset: usize) -> Location {
        Location { offset, function: None }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "offset {:#x}", self.offset)?;
        match &self.function {
            Some(function) => write!(f, ", in {}", function.name),
            None => Ok(()),
        }
    }
}

/// Why a module is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModuleErrorKind {
    /// The bytes are not a valid module.
    Invalid,
    /// The module relies on a proposal that is not supported, or is a component.
    Unsupported,
}

/// Something that is wrong with a module.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ModuleError {
    /// Why the module is refused.
    pub kind: ModuleErrorKind,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it is wrong.
    pub location: Location,
    /// What may help.
    pub help: Option<String>,
}

impl ModuleError {
    pub(crate) fn invalid(offset: usize, message: impl Into<String>) -> ModuleError {
        ModuleError {
            kind: ModuleErrorKind::Invalid,
            message: message.into(),
            location: Location::at(offset),
            help: None,
        }
    }

    pub(crate) fn unsupported(offset: usize, message: impl fmt::Display) -> ModuleError {
        ModuleError {
            kind: ModuleErrorKind::Unsupported,
            message: format!("unsupported: {message}"),
            location: Location::at(offset),
            help: None,
        }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> ModuleError {
        self.help = Some(help.into());
        self
    }
}

/// An import of an instance, as errors name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLocation {
    /// Name of the module whose import it is.
    pub importer: String,
    /// Name of the module it is imported from.
    pub module: String,
    /// Name in that module.
    pub name: String,
    /// Byte offset of the import in the importing module's binary.
    pub offset: usize,
}

impl fmt::Display for ImportLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` from `{}`", names::printable(&self.name), names::printable(&self.module))
    }
}

/// Why modules do not make a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// Nothing provides an import.
    #[error("nothing provides {import}, a {expected}, which `{importer}` imports", importer = names::printable(&import.importer))]
    MissingImport {
        /// The import.
        import: Box<ImportLocation>,
        /// Its type, in words.
        expected: String,
        /// What may help.
        help: Option<String>,
    },
    /// What is provided for an import has another type.
    #[error("`{importer}` imports {import} as a {expected}, but it is a {actual}", importer = names::printable(&import.importer))]
    ImportType {
        /// The import.
        import: Box<ImportLocation>,
        /// The import's type, in words.
        expected: String,
        /// The provided item's type, in words.
        actual: String,
    },
    /// The modules have more types than a program can.
    #[error("with `{module}` the program has more than 2²⁰ types", module = names::printable(module))]
    TooManyTypes {
        /// Name of the module.
        module: String,
    },
    /// A module that has to be a command exports no entry.
    #[error("`{module}` is not a command: it exports no function `_start`", module = names::printable(module))]
    NoEntry {
        /// Name of the module.
        module: String,
        /// What may help.
        help: Option<String>,
    },
    /// A module's entry is not a function without parameters and results.
    #[error("`{entry}` of `{module}` has to be a function () -> (), but it is a {actual}", module = names::printable(module))]
    EntryType {
        /// Name of the module.
        module: String,
        /// Name of the entry: `_start` or `_initialize`.
        entry: &'static str,
        /// The type of the entry, in words.
        actual: String,
    },
    /// A module's entry is an imported host function.
    #[error("`{entry}` of `{module}` is the host function `{function}`", module = names::printable(module))]
    EntryIsHostFunction {
        /// Name of the module.
        module: String,
        /// Name of the entry: `_start` or `_initialize`.
        entry: &'static str,
        /// Name of the host function.
        function: &'static str,
    },
}

impl ProgramError {
    /// Name of the module at fault.
    pub fn module(&self) -> &str {
        match self {
            ProgramError::MissingImport { import, .. } | ProgramError::ImportType { import, .. } => &import.importer,
            ProgramError::NoEntry { module, .. }
            | ProgramError::TooManyTypes { module }
            | ProgramError::EntryType { module, .. }
            | ProgramError::EntryIsHostFunction { module, .. } => module,
        }
    }

    /// Where in that module the fault is.
    pub fn location(&self) -> Option<Location> {
        match self {
            ProgramError::MissingImport { import, .. } | ProgramError::ImportType { import, .. } => {
                Some(Location::at(import.offset))
            }
            _ => None,
        }
    }

    /// What may help.
    pub fn help(&self) -> Option<&str> {
        match self {
            ProgramError::MissingImport { help, .. } | ProgramError::NoEntry { help, .. } => help.as_deref(),
            _ => None,
        }
    }
}
