//! The page of targets: choosing where the module is to run, and building it for there.

mod action;
mod builds;
mod state;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use action::Action;
pub use builds::{BuildStatusView, BuildView, StageView};
pub use state::{Build, BuildStatus, Cell, StageTimes, State};
pub use view::{CellView, PlatformView, View};

pub(crate) use update::{close, report, update};
pub(crate) use view::view;
