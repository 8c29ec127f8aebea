//! What the module may reach, and how it runs with that.

mod draft;

use serde::Serialize;
use wasmelt_policy::Policy;

use crate::Effect;

pub use draft::Draft;

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The policy, as it is being written.
    pub draft: Draft,
}

impl State {
    /// What the module may reach: the policy of every build and run.
    pub fn policy(&self) -> Policy {
        self.draft.policy().clone()
    }
}

/// What can be asked of the page.
#[derive(Clone, Debug)]
pub enum Action {
    /// The policy's text was edited.
    EditText(String),
    /// The policy is another one.
    Use(Policy),
}

/// What there is to draw.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {}

pub(crate) fn update(state: &mut crate::State, action: Action) -> Vec<Effect> {
    match action {
        Action::EditText(text) => state.grants.draft.edit(text),
        Action::Use(policy) => state.grants.draft.change(|draft| *draft = policy),
    }
    Vec::new()
}

pub(crate) fn view(_: &crate::State) -> View {
    View {}
}
