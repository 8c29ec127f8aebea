//! What there is to draw, as plain data that borrows from the state.

mod builds;
mod targets;
#[cfg(test)]
mod tests;

use std::path::Path;

use serde::Serialize;

use crate::{ModulePage, ModuleState, SAMPLES, Sample, State};

pub use builds::{BuildStatusView, BuildView, StageView};
pub use targets::{CellView, PlatformView, TargetsView};

/// The whole workbench.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// The text of the path field.
    pub path_field: &'a str,
    /// The modules that come with the workbench.
    pub samples: &'static [Sample],
    /// What is open.
    pub module: ModuleView<'a>,
    /// The targets and what can be done with them.
    pub targets: TargetsView<'a>,
    /// The folder that executables are written to.
    pub output_folder: &'a Path,
    /// The builds.
    pub builds: Vec<BuildView<'a>>,
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
        name: &'a str,
    },
    /// A module.
    Open {
        /// Its page.
        page: &'a ModulePage,
    },
    /// Nothing, since it could not be opened.
    Failed {
        /// What was to be opened.
        name: &'a str,
        /// The diagnostics.
        text: &'a str,
    },
}

/// What there is to draw of `state`.
pub fn view(state: &State) -> View<'_> {
    View {
        path_field: &state.path_field,
        samples: SAMPLES,
        module: module_view(&state.module),
        targets: targets::view(state),
        output_folder: &state.output_folder,
        builds: state.builds.iter().map(builds::view).collect(),
    }
}

fn module_view(module: &ModuleState) -> ModuleView<'_> {
    match module {
        ModuleState::Empty => ModuleView::Empty,
        ModuleState::Opening { name, .. } => ModuleView::Opening { name },
        ModuleState::Open(opened) => ModuleView::Open { page: &opened.page },
        ModuleState::Failed { name, text } => ModuleView::Failed { name, text },
    }
}
