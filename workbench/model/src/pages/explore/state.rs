//! What the page that explores knows.

use std::sync::Arc;

use serde::Serialize;
use wasmelt_driver::Source;

use crate::Generation;

use super::{Cache, Columns, Diff, Pane, Variant, cache::Slot, survey};

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The module's functions.
    pub survey: Survey,
    /// The text of the search field.
    pub search: String,
    /// The order of the list.
    pub order: Order,
    /// The functions that the search finds, by index.
    pub matches: Vec<u32>,
    /// The function that is looked at.
    pub selected: Option<u32>,
    /// The function that is to be looked at once the functions are known.
    pub(super) wanted: Option<u32>,
    /// Those that were looked at before, the last one at the end.
    pub history: Vec<u32>,
    /// How many builds are shown.
    pub mode: Mode,
    /// The build that is always shown.
    pub left: Variant,
    /// The one beside it.
    pub right: Variant,
    /// Functions in their forms.
    pub cache: Cache,
    /// Both builds of the selected function, once they are there.
    pub alignment: Option<Alignment>,
    /// The operator that the pointer is at.
    pub pointed: Option<u32>,
    /// The operator that was clicked.
    pub pinned: Option<Reveal>,
    /// How often one was clicked.
    pub(super) clicks: u64,
}

/// The module's functions.
#[derive(Clone, Debug, Default)]
pub enum Survey {
    /// Nobody has asked for them.
    #[default]
    Unknown,
    /// They are being read.
    Reading {
        /// The job.
        generation: Generation,
        /// The module.
        source: Arc<Source>,
    },
    /// They are known.
    Known(Arc<survey::Survey>),
    /// They cannot be read.
    Failed {
        /// The module.
        source: Arc<Source>,
        /// The diagnostics.
        text: String,
    },
}

/// An order of functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// As in the module.
    #[default]
    Index,
    /// By name.
    Name,
    /// The largest first.
    Size,
}

/// How many builds are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// One, in its three forms.
    #[default]
    Columns,
    /// Two, beside one another.
    Diff,
}

/// An operator that was clicked: other columns are to show it, once for each click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reveal {
    /// Its byte offset in the module.
    pub offset: u32,
    /// Where it was clicked; that column stays as it is.
    pub pane: Pane,
    /// Which click it was.
    pub click: u64,
}

/// Two builds that are put beside one another.
#[derive(Clone, Debug)]
pub struct Alignment {
    /// The builds.
    pub builds: [Arc<Columns>; 2],
    /// The job that does it.
    pub generation: Generation,
    /// What came of it.
    pub diff: Option<Arc<Diff>>,
}

impl State {
    /// What is known of the selected function's build on the left, and of that on the right.
    pub(super) fn slots(&self) -> [Option<&Slot>; 2] {
        [self.left, self.right].map(|variant| self.cache.get(self.selected?, variant))
    }

    /// The module's functions, if they are known.
    pub fn known(&self) -> Option<&Arc<survey::Survey>> {
        match &self.survey {
            Survey::Known(survey) => Some(survey),
            _ => None,
        }
    }

    /// The module that it is about.
    pub(super) fn source(&self) -> Option<&Arc<Source>> {
        match &self.survey {
            Survey::Unknown => None,
            Survey::Reading { source, .. } | Survey::Failed { source, .. } => Some(source),
            Survey::Known(survey) => Some(&survey.source),
        }
    }
}
