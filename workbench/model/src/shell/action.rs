//! What can be asked of the shell.

use super::{PaletteAction, Shortcut, Theme, Zoom};

/// What can be asked of the shell.
#[derive(Clone, Debug)]
pub enum Action {
    /// Look like this.
    Theme(Theme),
    /// Draw everything larger or smaller.
    Zoom(Zoom),
    /// A shortcut was pressed: do what it stands for, if it stands for something now.
    Press(Shortcut),
    /// In the palette of commands.
    Palette(PaletteAction),
    /// The notice was read.
    Dismiss,
}
