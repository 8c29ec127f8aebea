//! What the module may reach, and how it runs with that.

use serde::Serialize;
use wasmelt_policy::Policy;

use crate::Effect;

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {}

impl State {
    /// What the module may reach: the policy of every build and run.
    pub fn policy(&self) -> Policy {
        Policy::default()
    }
}

/// What can be asked of the page.
#[derive(Clone, Debug)]
pub enum Action {}

/// What there is to draw.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {}

pub(crate) fn update(_: &mut crate::State, action: Action) -> Vec<Effect> {
    match action {}
}

pub(crate) fn view(_: &crate::State) -> View {
    View {}
}
