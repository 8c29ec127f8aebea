//! What became of the module's functions: text, intermediate code, machine code; and how that differs between two builds.

mod action;
mod cache;
mod columns;
mod diff;
mod state;
mod survey;
#[cfg(test)]
mod tests;
mod update;
mod variant;
mod view;

pub use action::{Action, Contrast, Pane};
pub use cache::{Cache, Slot};
pub use columns::{Columns, Line, LineMark};
pub use diff::{Diff, DiffRow};
pub use state::{Alignment, Mode, Order, Reveal, State, Survey as SurveyState};
pub use survey::{Function, Survey};
pub use variant::{Dial, Side, Variant};
pub use view::{ChoiceView, ColumnsView, DiffView, SelectedView, SideView, StatusView, View};

pub(crate) use update::{follow, report, update};
pub(crate) use view::view;
