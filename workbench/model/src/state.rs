//! Everything the workbench knows.

use std::path::PathBuf;

use crate::{
    Effect, Generation, Job, Page,
    pages::{compare, explore, grants, module, targets},
    shell,
};

/// Everything the workbench knows. Changed by [`update`](crate::update) only.
#[derive(Clone, Debug)]
pub struct State {
    /// The page that is shown.
    pub page: Page,
    /// What surrounds the pages.
    pub shell: shell::State,
    /// What is open.
    pub module: module::State,
    /// Where it is to run, and what was built.
    pub targets: targets::State,
    /// What it may reach, and how it runs.
    pub grants: grants::State,
    /// How fast it starts.
    pub compare: compare::State,
    /// What became of its functions.
    pub explore: explore::State,
    last_generation: Generation,
}

impl State {
    /// Nothing is open; executables go to `output_folder`, for the targets in `cells`.
    pub fn new(output_folder: PathBuf, cells: Vec<targets::Cell>) -> State {
        State {
            page: Page::default(),
            shell: shell::State::default(),
            module: module::State::default(),
            targets: targets::State { output_folder, cells, builds: Vec::new() },
            grants: grants::State::default(),
            compare: compare::State::default(),
            explore: explore::State::default(),
            last_generation: Generation::default(),
        }
    }

    /// Gives `job` a number of its own.
    pub(crate) fn start(&mut self, job: Job) -> (Generation, Effect) {
        self.last_generation = self.last_generation.next();
        let generation = self.last_generation;
        (generation, Effect::Start { generation, job })
    }
}
