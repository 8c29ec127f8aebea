//! What the module page knows.

use std::{path::PathBuf, sync::Arc};

use wasmelt_driver::Source;

use crate::Generation;

use super::{Origin, Recent, Summary};

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The text of the path field.
    pub path_field: String,
    /// The module.
    pub module: Module,
    /// Files that were opened before.
    pub recent: Recent,
}

/// What is open.
#[derive(Clone, Debug, Default)]
pub enum Module {
    /// Nothing.
    #[default]
    Empty,
    /// Nothing yet.
    Opening {
        /// The job that opens it.
        generation: Generation,
        /// What is being opened.
        origin: Origin,
    },
    /// A module.
    Open(Arc<Opened>),
    /// Nothing, since it could not be opened.
    Failed {
        /// What was to be opened.
        name: String,
        /// The diagnostics.
        text: String,
    },
}

/// A module that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The bytes, to build from.
    pub source: Arc<Source>,
    /// Absolute path of the file, if it came from one.
    pub path: Option<PathBuf>,
    /// What there is to see of it.
    pub summary: Summary,
}

impl State {
    /// The module, if one is open.
    pub fn opened(&self) -> Option<&Arc<Opened>> {
        match &self.module {
            Module::Open(opened) => Some(opened),
            _ => None,
        }
    }
}
