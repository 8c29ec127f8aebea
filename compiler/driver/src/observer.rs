//! Progress: what the pipeline tells while it works.

use std::{fmt, time::Duration};

use crate::Diagnostic;

/// A stage of the pipeline, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The text format becomes binary.
    Assemble,
    /// Bytes become a module.
    Parse,
    /// A module becomes a program.
    Bind,
    /// A program becomes machine code.
    Compile,
    /// Machine code becomes an object.
    Emit,
    /// An object becomes an executable.
    Link,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Stage; 6] = [Stage::Assemble, Stage::Parse, Stage::Bind, Stage::Compile, Stage::Emit, Stage::Link];
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Assemble => "assemble",
            Stage::Parse => "parse",
            Stage::Bind => "bind",
            Stage::Compile => "compile",
            Stage::Emit => "emit",
            Stage::Link => "link",
        })
    }
}

/// Is told how far a build is, by the threads that build.
pub trait Observer: Sync {
    /// `stage` begins.
    fn began(&self, stage: Stage) {
        let _ = stage;
    }

    /// `stage` has ended without an error, after `elapsed`.
    fn ended(&self, stage: Stage, elapsed: Duration) {
        let _ = (stage, elapsed);
    }

    /// The build goes on, but something may not be as it was meant: a warning, or a note.
    fn warned(&self, warning: &Diagnostic) {
        let _ = warning;
    }

    /// Of `total` functions, `done` are compiled. Calls may come out of order.
    fn compiled(&self, done: usize, total: usize) {
        let _ = (done, total);
    }
}

/// Does not care.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}
