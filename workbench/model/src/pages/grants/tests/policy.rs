//! One policy in two forms.

use wasmelt_policy::{Clocks, Policy};

use super::does;
use crate::{
    State,
    pages::grants::{Action, Change, Field},
    testing::state,
};

fn edit(state: &mut State, text: &str) {
    does(state, Action::EditText(text.to_owned()));
}

fn text(state: &State) -> &str {
    state.grants.draft.text()
}

#[test]
fn at_first_nothing_is_granted_beyond_the_default() {
    assert_eq!(state().grants.policy(), Policy::default());
}

#[test]
fn an_edited_text_changes_the_policy_and_stays_as_it_was_typed() {
    let mut state = state();
    let typed = "# for measuring\nclocks   = \"coarse\"\n";
    edit(&mut state, typed);
    assert_eq!(state.grants.policy().clocks, Clocks::Coarse);
    assert_eq!(text(&state), typed);
}

#[test]
fn a_changed_card_rewrites_the_text() {
    let mut state = state();
    edit(&mut state, "# a comment\n");
    does(&mut state, Action::Change(Change::Clocks(Clocks::Exact)));
    assert_eq!(text(&state), state.grants.policy().to_document().trim_start());
    assert_eq!(Policy::from_document(text(&state)), Ok(state.grants.policy()));
}

#[test]
fn a_change_that_changes_nothing_leaves_the_text_alone() {
    let mut state = state();
    edit(&mut state, "clocks = \"exact\" # a comment");
    does(&mut state, Action::Change(Change::Clocks(Clocks::Exact)));
    assert_eq!(text(&state), "clocks = \"exact\" # a comment");
}

#[test]
fn a_text_that_is_no_policy_leaves_the_last_one_that_was() {
    let mut state = state();
    edit(&mut state, "clocks = \"coarse\"");
    edit(&mut state, "clocks = \"coarse\"\n[network]\nlisten = [\"nowhere\"]\n[limits]\nspeed = 1");
    assert_eq!(state.grants.policy().clocks, Clocks::Coarse);
    let places: Vec<_> = state.grants.draft.problems().iter().map(|it| (it.line, it.column)).collect();
    assert_eq!(places, [(3, 11), (5, 1)]);
    does(&mut state, Action::Revert);
    assert_eq!((text(&state), state.grants.draft.problems().len()), ("clocks = \"coarse\"\n", 0));
}

#[test]
fn limits_follow_their_fields_while_these_mean_something() {
    let mut state = state();
    let memory = |state: &State| state.grants.policy().limits.memory;
    let limit = |state: &mut State, text: &str| {
        does(state, Action::Edit(Field::Limit(wasmelt_policy::LimitKind::Memory), text.to_owned()));
    };
    limit(&mut state, "64");
    assert_eq!(memory(&state), Some(64));
    limit(&mut state, "64M");
    assert_eq!(memory(&state), Some(64 << 20));
    limit(&mut state, "64Mi");
    assert_eq!(memory(&state), Some(64 << 20));
    assert!(state.grants.forms.problem.is_some());
    limit(&mut state, "");
    assert_eq!((memory(&state), state.grants.forms.problem.is_some()), (None, false));
}
