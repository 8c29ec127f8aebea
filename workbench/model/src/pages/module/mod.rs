//! The module page: opening a module, and what there is to see of it.

mod action;
mod recent;
mod sample;
mod state;
mod summary;
#[cfg(test)]
mod tests;
mod treemap;
mod update;
mod view;

pub use action::{Action, Origin};
pub use recent::Recent;
pub use sample::{SAMPLES, Sample};
pub use state::{Module, Opened, State};
pub use summary::{
    Counts, Estimate, FunctionShare, Functions, ImportGroup, Item, ItemKind, ProducerItem, SectionSize, Summary,
};
pub use treemap::{Area, treemap};
pub use view::{ModuleView, View};

pub(crate) use update::{commands, open, opened, update};
pub(crate) use view::view;
