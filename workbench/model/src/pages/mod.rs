//! The pages: each has its part of the state, its actions, what they do, and its view.

pub mod compare;
pub mod explore;
pub mod grants;
pub mod module;
pub mod targets;

use serde::{Deserialize, Serialize};

/// A page of the workbench.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// What the open module is.
    #[default]
    Module,
    /// Where it is to run.
    Targets,
    /// What it may reach, and how it runs.
    Grants,
    /// How fast it starts.
    Compare,
    /// What became of its functions.
    Explore,
}

impl Page {
    /// All pages, in the order of the work.
    pub const ALL: [Page; 5] = [Page::Module, Page::Targets, Page::Grants, Page::Compare, Page::Explore];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Page::Module => "Module",
            Page::Targets => "Targets",
            Page::Grants => "Grants",
            Page::Compare => "Compare",
            Page::Explore => "Explore",
        }
    }
}
