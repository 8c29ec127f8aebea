//! Diagnostics: what went wrong, where, and what to do about it.
//!
//! A diagnostic is plain data. `stages` makes them from the stages' errors, `render` is the one place that turns them
//! into text. The three classes of [`Class`] are never mixed: each [`Code`] belongs to one.

mod code;
mod explanation;
mod render;
mod stages;
mod ungranted;

use std::fmt;

pub use code::{Class, Code};
pub use render::{Style, render, render_all};
pub(crate) use stages::{checked_memories, compile, link, missing_runtime, module, object, objects_only, program};
pub(crate) use ungranted::ungranted;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The result is as it was asked for, and whoever did not mean that may want to know.
    Note,
    /// The result is there, but may not be what was meant.
    Warning,
    /// There is no result.
    Error,
}

/// Where in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In a binary module.
    Binary {
        /// Byte offset from the start of the module.
        offset: usize,
        /// Whether the module was assembled from a text, so that the file itself has other offsets.
        assembled: bool,
        /// The function it lies in, for display: its name or number.
        function: Option<String>,
    },
    /// In a text.
    Text {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The line itself.
        content: Box<str>,
    },
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of thing.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What, in one sentence without a full stop.
    pub message: String,
    /// The file it is about, as the user named it.
    pub file: Option<String>,
    /// Where in the file.
    pub location: Option<Location>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error of kind `code`.
    pub fn error(code: Code, message: impl fmt::Display) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.to_string(),
            file: None,
            location: None,
            help: None,
        }
    }

    /// A warning of kind `code`.
    pub fn warning(code: Code, message: impl fmt::Display) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// A note of kind `code`.
    pub fn note(code: Code, message: impl fmt::Display) -> Diagnostic {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(code, message) }
    }

    /// The same, about `file`.
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> Diagnostic {
        Diagnostic { file: Some(file.into()), ..self }
    }

    /// The same, at `location`.
    #[must_use]
    pub fn at(self, location: Location) -> Diagnostic {
        Diagnostic { location: Some(location), ..self }
    }

    /// The same, with advice.
    #[must_use]
    pub fn with_help(self, help: impl fmt::Display) -> Diagnostic {
        Diagnostic { help: Some(help.to_string()), ..self }
    }

    /// Whose fault it is.
    pub fn class(&self) -> Class {
        self.code.class()
    }
}

impl fmt::Display for Diagnostic {
    /// The rendered form, without colours.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render(self, Style::Plain))
    }
}

impl std::error::Error for Diagnostic {}
