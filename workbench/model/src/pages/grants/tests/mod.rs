//! The page of grants; no job runs here.

mod cards;
mod policy;
mod running;

use crate::{Effect, State, update};

use super::Action;

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    update(state, crate::Action::Grants(action))
}

/// Does what needs no effect.
fn does(state: &mut State, action: Action) {
    assert_eq!(act(state, action), []);
}
