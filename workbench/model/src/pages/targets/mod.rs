//! The page of targets: choosing where the module is to run and how code is made for it, building, and exporting.

mod action;
mod builds;
mod cell;
mod command_line;
mod export;
mod state;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use action::Action;
pub use builds::{BuildStatusView, BuildView, ExportView, Reproducible, StageView};
pub use cell::{Cell, Column, ColumnNames};
pub use state::{Build, BuildStatus, Export, ExportStatus, StageTimes, State};
pub use view::{CellView, PlatformView, RowView, View};

pub(crate) use export::exported;
pub(crate) use update::{close, commands, report, set_output_folder, update};
pub(crate) use view::view;
