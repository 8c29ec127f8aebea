//! What the page that compares knows.

use std::{path::PathBuf, sync::Arc, time::Duration};

use serde::Serialize;
use wasmelt_benches::{Distribution, laboratory::Report, rivals::Missing};
use wasmelt_driver::Source;

use crate::Generation;

use super::Settings;

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// How to measure.
    pub settings: Settings,
    /// How samples are shown.
    pub plot: Plot,
    /// What is measured, or was.
    pub run: Run,
    /// The folder that reports are written to, if it is another one than that of executables.
    pub folder: Option<String>,
    /// The report that was written last.
    pub saved: Option<Saved>,
}

/// How samples are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Plot {
    /// A box with whiskers for each candidate.
    #[default]
    Boxes,
    /// The part of the runs that ended by a certain time.
    Cumulative,
}

/// What is measured, or was.
#[derive(Clone, Debug, Default)]
pub enum Run {
    /// Nothing.
    #[default]
    Idle,
    /// It goes on.
    Running(Live),
    /// It is over.
    Done(Arc<Measured>),
    /// It could not be measured.
    Failed {
        /// The module.
        source: Arc<Source>,
        /// Why.
        text: String,
    },
}

/// A measurement that goes on.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its job.
    pub generation: Generation,
    /// The module.
    pub source: Arc<Source>,
    /// Whether it was told to stop.
    pub stopping: bool,
    /// What it does.
    pub stage: String,
    /// Rounds that are done, of how many; warm-up included.
    pub rounds: Option<(usize, usize)>,
    /// What there is of each candidate; the floor is the first.
    pub taken: Vec<Taken>,
    /// Rivals that are not measured.
    pub missing: Vec<Missing>,
}

/// What there is of a candidate so far.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its name.
    pub name: String,
    /// Its samples: at most [`Settings::MOST_ROUNDS`].
    pub samples: Vec<Duration>,
    /// Their shape, if there are any.
    pub shape: Option<Distribution>,
}

/// A measurement that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The module.
    pub source: Arc<Source>,
    /// Everything that was found out.
    pub report: Report,
    /// The shape of each entry's samples.
    pub shapes: Vec<Distribution>,
}

/// A file that was to be written.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The job that writes it.
    pub generation: Generation,
    /// The file.
    pub path: PathBuf,
    /// Whether it is there; `None` while nobody knows.
    pub outcome: Option<Result<(), String>>,
}

impl Measured {
    /// What there is to see of `report`, of the module in `source`.
    pub(crate) fn new(source: Arc<Source>, report: Report) -> Measured {
        let shape = |samples| Distribution::of(samples).expect("invariant: every entry has samples");
        let shapes = report.entries.iter().map(|entry| shape(&entry.row.total.samples)).collect();
        Measured { source, report, shapes }
    }
}

impl Run {
    /// What was measured.
    pub fn measured(&self) -> Option<&Arc<Measured>> {
        match self {
            Run::Done(measured) => Some(measured),
            _ => None,
        }
    }

    /// The module that it is about.
    pub(super) fn source(&self) -> Option<&Arc<Source>> {
        match self {
            Run::Idle => None,
            Run::Running(live) => Some(&live.source),
            Run::Done(measured) => Some(&measured.source),
            Run::Failed { source, .. } => Some(source),
        }
    }
}
