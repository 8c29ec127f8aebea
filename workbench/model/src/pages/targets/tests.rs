//! Choosing targets and building for them; no job runs here.

use std::{path::PathBuf, time::Duration};

use serde_json::json;
use wasmelt_driver::Stage;
use wasmelt_targets::{Architecture, Target};

use super::{Action, Build, BuildStatus, Cell, StageTimes};
use crate::{
    Artifact, BuildEvent, Effect, Event, Generation, State,
    testing::{self, job, open_state, state},
    update,
};

fn ticked(state: &State) -> Vec<bool> {
    state.targets.cells.iter().map(|cell| cell.ticked).collect()
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    update(state, crate::Action::Targets(action))
}

fn report(state: &mut State, job: Generation, event: BuildEvent) -> Vec<Effect> {
    testing::report(state, job, Event::Build(event))
}

fn artifact() -> Artifact {
    Artifact { path: PathBuf::from("out/hello"), size: 4096, elapsed: Duration::from_millis(3) }
}

fn statuses(state: &State) -> Vec<&BuildStatus> {
    state.targets.builds.iter().map(|build| &build.status).collect()
}

fn outputs(state: &State) -> Vec<String> {
    state.targets.builds.iter().map(|Build { output, .. }| output.display().to_string()).collect()
}

#[test]
fn ticks_come_and_go() {
    let mut state = state();
    let _ = act(&mut state, Action::Tick { cell: 1, ticked: true });
    assert_eq!(ticked(&state), [false, true, false]);
    let _ = act(&mut state, Action::Tick { cell: 1, ticked: false });
    assert_eq!(ticked(&state), [false, false, false]);
}

#[test]
fn unavailable_and_unknown_cells_are_never_ticked() {
    let mut state = state();
    for cell in [2, 3] {
        let _ = act(&mut state, Action::Tick { cell, ticked: true });
    }
    assert_eq!(ticked(&state), [false, false, false]);
}

#[test]
fn at_first_the_hosts_portable_target_is_ticked_if_it_can_be_built() {
    let ticked: Vec<_> = Cell::all().into_iter().filter(|cell| cell.ticked).map(|cell| cell.target).collect();
    let host = Architecture::host().map(Target::baseline);
    let available = host.filter(|target| wasmelt_driver::is_available(target).is_ok());
    assert_eq!(ticked, Vec::from_iter(available));
}

#[test]
fn targets_are_built_one_after_the_other() {
    let mut state = open_state(&[0, 1]);
    let effects = act(&mut state, Action::Build);
    assert_eq!(outputs(&state), ["out/hello-x86_64-linux", "out/hello-x86_64-linux-x86-64-v3"]);
    let first = job(&effects);
    assert_eq!(effects.len(), 1);
    assert_eq!(statuses(&state), [&BuildStatus::Running { generation: first }, &BuildStatus::Waiting]);

    let second = job(&report(&mut state, first, BuildEvent::Ended(Ok(artifact()))));
    assert_eq!(statuses(&state), [&BuildStatus::Done(artifact()), &BuildStatus::Running { generation: second }]);
    assert_eq!(report(&mut state, second, BuildEvent::Ended(Ok(artifact()))), []);
    assert_eq!(statuses(&state), [&BuildStatus::Done(artifact()), &BuildStatus::Done(artifact())]);
}

#[test]
fn a_failure_does_not_stop_the_others() {
    let mut state = open_state(&[0, 1]);
    let first = job(&act(&mut state, Action::Build));
    let effects = report(&mut state, first, BuildEvent::Ended(Err("error".to_owned())));
    assert_eq!(effects.len(), 1);
    assert_eq!(state.targets.builds[0].status, BuildStatus::Failed { text: "error".to_owned() });
}

#[test]
fn stages_are_recorded_for_the_build_at_work() {
    let mut state = open_state(&[0]);
    let job = job(&act(&mut state, Action::Build));
    let elapsed = Duration::from_millis(2);
    for event in [
        BuildEvent::StageBegan(Stage::Parse),
        BuildEvent::StageEnded(Stage::Parse, elapsed),
        BuildEvent::StageBegan(Stage::Bind),
    ] {
        assert_eq!(report(&mut state, job, event), []);
    }
    let stages = &state.targets.builds[0].stages;
    assert_eq!((stages.current, &stages.ended[..]), (Some(Stage::Bind), &[(Stage::Parse, elapsed)][..]));
}

#[test]
fn compiled_functions_are_never_taken_back() {
    let mut state = open_state(&[0]);
    let job = job(&act(&mut state, Action::Build));
    for done in [1, 3, 2] {
        assert_eq!(report(&mut state, job, BuildEvent::Compiled { done, total: 9 }), []);
    }
    assert_eq!(state.targets.builds[0].stages.compiled, Some((3, 9)));
}

#[test]
fn nothing_is_built_without_a_module_or_a_target() {
    let mut nothing_open = state();
    let _ = act(&mut nothing_open, Action::Tick { cell: 0, ticked: true });
    for mut state in [nothing_open, open_state(&[])] {
        assert_eq!(act(&mut state, Action::Build), []);
        assert!(state.targets.builds.is_empty());
    }
}

#[test]
fn a_build_at_work_is_not_started_twice() {
    let mut state = open_state(&[0]);
    let _ = act(&mut state, Action::Build);
    assert_eq!(act(&mut state, Action::Build), []);
    assert_eq!(state.targets.builds.len(), 1);
}

#[test]
fn cancelling_stops_the_one_at_work_and_those_that_wait() {
    let mut state = open_state(&[0, 1]);
    let job = job(&act(&mut state, Action::Build));
    assert_eq!(act(&mut state, Action::Cancel), [Effect::Cancel { generation: job }]);
    assert_eq!(statuses(&state), [&BuildStatus::Cancelled, &BuildStatus::Cancelled]);
    assert_eq!(report(&mut state, job, BuildEvent::Ended(Ok(artifact()))), []);
    assert_eq!(statuses(&state), [&BuildStatus::Cancelled, &BuildStatus::Cancelled]);
}

#[test]
fn cancelling_leaves_what_is_done() {
    let mut state = open_state(&[0]);
    let job = job(&act(&mut state, Action::Build));
    let _ = report(&mut state, job, BuildEvent::Ended(Ok(artifact())));
    assert_eq!(act(&mut state, Action::Cancel), []);
    assert_eq!(statuses(&state), [&BuildStatus::Done(artifact())]);
}

#[test]
fn cells_stand_with_their_platform() {
    let view = serde_json::to_value(super::view(&state())).unwrap();
    let level = |cell: usize, level: &str, summary: &str, baseline: bool| json!({ "cell": cell, "level": level, "summary": summary, "baseline": baseline, "ticked": false });
    let x86 = [
        level(0, "x86-64-v2", "since 2009 (SSE4.2, POPCNT)", true),
        level(1, "x86-64-v3", "since 2013–2015 (AVX2, BMI, FMA)", false),
    ];
    let arm = [level(2, "armv8-a", "every 64-bit Arm processor", true)];
    let expected = json!({
        "platforms": [
            { "name": "x86_64-linux", "unavailable": null, "cells": x86 },
            { "name": "aarch64-linux", "unavailable": "no runtime", "cells": arm },
        ],
        "can_build": false,
        "can_cancel": false,
        "output_folder": "out",
        "builds": [],
    });
    assert_eq!(view, expected);
}

#[test]
fn every_stage_of_a_build_is_shown() {
    let mut state = state();
    state.targets.builds.push(Build {
        target: "x86_64-linux".parse().unwrap(),
        output: PathBuf::from("out/a"),
        stages: StageTimes {
            ended: vec![(Stage::Assemble, Duration::from_millis(1))],
            current: Some(Stage::Parse),
            compiled: None,
        },
        status: BuildStatus::Waiting,
    });
    let view = super::view(&state);
    let stages: Vec<_> = view.builds[0]
        .stages
        .iter()
        .map(|stage| (stage.name.as_str(), stage.elapsed.is_some(), stage.current))
        .collect();
    let untouched = |name| (name, false, false);
    let expected = [
        ("assemble", true, false),
        ("parse", false, true),
        untouched("bind"),
        untouched("compile"),
        untouched("emit"),
        untouched("link"),
    ];
    assert_eq!(stages, expected);
}
