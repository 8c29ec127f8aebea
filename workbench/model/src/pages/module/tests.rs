//! Opening modules; no job runs here.

use std::{path::PathBuf, sync::Arc};

use serde_json::json;

use super::{Action, Module, Opened, Origin, SAMPLES};
use crate::{
    BuildEvent, Effect, Event, Job, Page, State,
    pages::targets,
    testing::{job, open_state, opened, report, state},
    update, view,
};

fn open(state: &mut State, origin: Origin) -> Vec<Effect> {
    update(state, crate::Action::Module(Action::Open(origin)))
}

#[test]
fn the_path_field_names_a_file() {
    let mut state = state();
    assert_eq!(update(&mut state, crate::Action::Module(Action::EditPath(" dir/app.wasm ".to_owned()))), []);
    let effects = update(&mut state, crate::Action::Module(Action::OpenPath));
    let origin = Origin::File(PathBuf::from("dir/app.wasm"));
    assert_eq!(effects, [Effect::Start { generation: job(&effects), job: Job::Open { origin } }]);
    assert_eq!(state.module.path_field, "dir/app.wasm");
    assert_eq!(state.targets.output_folder, PathBuf::from("dir"));
}

#[test]
fn an_empty_path_field_names_nothing() {
    assert_eq!(update(&mut state(), crate::Action::Module(Action::OpenPath)), []);
}

#[test]
fn a_file_without_a_folder_lies_in_the_current_one() {
    let mut state = state();
    let _ = open(&mut state, Origin::File(PathBuf::from("app.wasm")));
    assert_eq!(state.targets.output_folder, PathBuf::from("."));
}

#[test]
fn a_sample_leaves_the_output_folder_alone() {
    assert_eq!(open_state(&[]).targets.output_folder, PathBuf::from("out"));
}

#[test]
fn a_file_that_opens_is_the_latest_of_the_recent_ones() {
    let mut state = state();
    let path = PathBuf::from("/dir/app.wasm");
    let job = job(&open(&mut state, Origin::File(PathBuf::from("app.wasm"))));
    let opened = Arc::new(Opened { path: Some(path.clone()), ..opened().as_ref().clone() });
    assert_eq!(report(&mut state, job, Event::Opened(Ok(opened))), []);
    assert_eq!(view(&state).module.recent, [path]);
}

#[test]
fn a_file_that_does_not_open_is_no_recent_one() {
    let mut state = state();
    let path = PathBuf::from("/dir/app.wasm");
    state.module.recent.add(path.clone());
    let job = job(&open(&mut state, Origin::File(path)));
    assert_eq!(report(&mut state, job, Event::Opened(Err("gone".to_owned()))), []);
    assert_eq!(view(&state).module.recent, [] as [PathBuf; 0]);
}

#[test]
fn closing_offers_the_samples_again() {
    let mut state = open_state(&[0]);
    let build = job(&update(&mut state, crate::Action::Targets(targets::Action::Build)));
    let effects = update(&mut state, crate::Action::Module(Action::Close));
    assert_eq!(effects, [Effect::Cancel { generation: build }]);
    assert!(matches!(state.module.module, Module::Empty));
    assert_eq!(state.page, Page::Module);
    assert!(state.targets.builds.is_empty());
}

#[test]
fn a_failure_is_shown_with_its_name() {
    let mut state = state();
    let job = job(&open(&mut state, Origin::File(PathBuf::from("bad.wasm"))));
    assert_eq!(report(&mut state, job, Event::Opened(Err("error".to_owned()))), []);
    let Module::Failed { name, text } = &state.module.module else { panic!("{:?}", state.module.module) };
    assert_eq!((name.as_str(), text.as_str()), ("bad.wasm", "error"));
}

#[test]
fn only_the_last_module_asked_for_is_opened() {
    let mut state = state();
    let first = job(&open(&mut state, Origin::File(PathBuf::from("slow.wasm"))));
    let second = job(&open(&mut state, Origin::Sample(&SAMPLES[0])));
    assert_eq!(report(&mut state, first, Event::Opened(Err("too late".to_owned()))), []);
    assert!(matches!(state.module.module, Module::Opening { .. }));
    assert_eq!(report(&mut state, second, Event::Opened(Ok(opened()))), []);
    assert!(matches!(state.module.module, Module::Open(_)));
}

#[test]
fn opening_cancels_the_builds_of_what_was_open() {
    let mut state = open_state(&[0]);
    let build = job(&update(&mut state, crate::Action::Targets(targets::Action::Build)));
    let effects = open(&mut state, Origin::Sample(&SAMPLES[0]));
    assert_eq!(effects[0], Effect::Cancel { generation: build });
    assert_eq!(effects.len(), 2);
    assert!(state.targets.builds.is_empty());
    assert_eq!(report(&mut state, build, Event::Build(BuildEvent::Ended(Err("too late".to_owned())))), []);
    assert!(state.targets.builds.is_empty());
}

#[test]
fn a_failure_to_open_is_part_of_the_view() {
    let mut state = state();
    state.module.module = Module::Failed { name: "a.wasm".to_owned(), text: "error".to_owned() };
    let module = serde_json::to_value(view(&state).module.module).unwrap();
    assert_eq!(module, json!({ "state": "failed", "name": "a.wasm", "text": "error" }));
}
