//! What an update wants done outside the state.

use std::{path::PathBuf, sync::Arc};

use wasmelt_driver::Source;
use wasmelt_targets::Target;

use crate::{Generation, Origin};

/// Work for [`Jobs`](crate::Jobs).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read and parse a module.
    Open {
        /// The job's number.
        generation: Generation,
        /// Where the module comes from.
        origin: Origin,
    },
    /// Build an executable and write it.
    Build {
        /// The job's number.
        generation: Generation,
        /// The module.
        source: Arc<Source>,
        /// Where the executable is to run.
        target: Target,
        /// The file to write.
        output: PathBuf,
    },
    /// Let a running job leave nothing behind.
    Cancel {
        /// The job's number.
        generation: Generation,
    },
}
