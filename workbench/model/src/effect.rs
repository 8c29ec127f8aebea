//! What an update wants done outside the state.

use crate::{Generation, Job, Message};

/// Work for [`Jobs`](crate::Jobs).
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Start a job.
    Start {
        /// The job's number.
        generation: Generation,
        /// What it is to do.
        job: Job,
    },
    /// Tell a job with a running program something.
    Tell {
        /// The job's number.
        generation: Generation,
        /// What.
        message: Message,
    },
    /// Let a running job end early, leaving nothing behind.
    Cancel {
        /// The job's number.
        generation: Generation,
    },
}
