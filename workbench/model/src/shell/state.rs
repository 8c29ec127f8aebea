//! What the shell knows.

use crate::Generation;

use super::{Palette, Scale, Theme};

/// What the shell knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Light or dark.
    pub theme: Theme,
    /// How large everything is drawn.
    pub scale: Scale,
    /// The palette, if it is open.
    pub palette: Option<Palette>,
    /// What the user should know.
    pub notice: Option<Notice>,
    /// The dialog that is open.
    pub(crate) dialog: Option<Generation>,
}

/// Something that the user should know, whatever page is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// One sentence or two.
    pub text: String,
}
