//! What there is to draw of the module page.

use std::path::PathBuf;

use serde::Serialize;

use crate::State;

use super::{Module, SAMPLES, Sample, Summary};

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// The text of the path field.
    pub path_field: &'a str,
    /// The modules that come with the workbench.
    pub samples: &'static [Sample],
    /// Files that were opened before, the latest first.
    pub recent: &'a [PathBuf],
    /// What is open.
    pub module: ModuleView<'a>,
}

/// What is open.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ModuleView<'a> {
    /// Nothing.
    Empty,
    /// Nothing yet.
    Opening {
        /// What is being opened.
        name: String,
    },
    /// A module.
    Open {
        /// What there is to see of it.
        summary: &'a Summary,
    },
    /// Nothing, since it could not be opened.
    Failed {
        /// What was to be opened.
        name: &'a str,
        /// The diagnostics.
        text: &'a str,
    },
}

pub(crate) fn view(state: &State) -> View<'_> {
    let module = match &state.module.module {
        Module::Empty => ModuleView::Empty,
        Module::Opening { origin, .. } => ModuleView::Opening { name: origin.name() },
        Module::Open(opened) => ModuleView::Open { summary: &opened.summary },
        Module::Failed { name, text } => ModuleView::Failed { name, text },
    };
    View { path_field: &state.module.path_field, samples: SAMPLES, recent: state.module.recent.paths(), module }
}
