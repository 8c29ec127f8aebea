//! What can be asked of the page of targets.

use crate::ExportKind;

/// What can be asked of the page.
#[derive(Clone, Debug)]
pub enum Action {
    /// Choose a cell, or no longer.
    Tick {
        /// Position in [`State::cells`](super::State::cells).
        cell: usize,
        /// Whether it is chosen.
        ticked: bool,
    },
    /// Choose no cell.
    Clear,
    /// The folder for executables changed.
    EditOutputFolder(String),
    /// Let the user choose the folder for executables.
    BrowseOutputFolder,
    /// Build the open module for every ticked cell.
    Build,
    /// Stop what is being built and what waits for it.
    Cancel,
    /// Make something else of what a build was asked for.
    Export {
        /// Position in [`State::builds`](super::State::builds).
        build: usize,
        /// What.
        kind: ExportKind,
    },
}
