//! How fast the module starts, beside other ways to run it: a measurement that is seen while it goes on.

mod action;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use action::{Action, Format, Picture};
pub use settings::Settings;
pub use state::{Live, Measured, Plot, Run, Saved, State, Taken};
pub use view::{RowView, RunView, SavedView, View};

pub(crate) use update::{follow, report, saved, update};
pub(crate) use view::view;
