//! What surrounds the pages: how the workbench looks, commands with their shortcuts and palette, dialogs for files, notices,
//! and what is remembered from one start to the next.

mod action;
mod command;
mod dialog;
mod look;
mod palette;
mod session;
mod state;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use action::Action;
pub use command::{Command, Shortcut};
pub use dialog::{Dialog, DialogKind, Picker, Purpose};
pub use look::{Scale, Theme, Zoom};
pub use palette::{Palette, PaletteAction};
pub use session::Session;
pub use state::{Notice, State};
pub use view::{EntryView, PaletteView, View};

pub(crate) use update::{ask, picked, update};
pub(crate) use view::view;
