//! The module page: opening a module, and what there is to see of it.

mod action;
mod sample;
mod state;
mod summary;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use action::{Action, Origin};
pub use sample::{SAMPLES, Sample};
pub use state::{Module, Opened, State};
pub use summary::{Counts, ImportGroup, Item, ItemKind, Summary};
pub use view::{ModuleView, View};

pub(crate) use update::{opened, update};
pub(crate) use view::view;
