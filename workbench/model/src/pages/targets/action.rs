//! What can be asked of the page of targets.

/// What can be asked of the page.
#[derive(Clone, Debug)]
pub enum Action {
    /// Choose a target, or no longer.
    Tick {
        /// Position in [`State::cells`](super::State::cells).
        cell: usize,
        /// Whether it is chosen.
        ticked: bool,
    },
    /// The folder for executables changed.
    EditOutputFolder(String),
    /// Build the open module for every ticked target.
    Build,
    /// Stop what is being built and what waits for it.
    Cancel,
}
