//! Choosing targets and building for them; no job runs here.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::json;
use wasmelt_driver::{Bounds, Optimization, Stage};
use wasmelt_targets::{Architecture, Target};

use super::{Action, Build, BuildStatus, BuildStatusView, Cell, Column, Reproducible};
use crate::{
    Artifact, BuildEvent, Effect, Event, ExportKind, Generation, Job, Purpose, State,
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
    Artifact {
        path: PathBuf::from("out/hello"),
        size: 4096,
        elapsed: Duration::from_millis(3),
        sha256: "00ff".to_owned(),
        reproducible: None,
    }
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
fn all_ticks_can_be_taken_back_at_once() {
    let mut state = open_state(&[0, 1]);
    let _ = act(&mut state, Action::Clear);
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

/// As it comes from a job: `Ended` of a build that was compared.
fn compared() -> Artifact {
    Artifact { reproducible: Some(true), ..artifact() }
}

fn reproducible(state: &State) -> Reproducible {
    match super::view(state).builds[0].status {
        BuildStatusView::Done { reproducible, .. } => reproducible,
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn an_executable_is_there_before_it_is_compared() {
    let mut state = open_state(&[0]);
    let job = job(&act(&mut state, Action::Build));
    assert_eq!(report(&mut state, job, BuildEvent::Written(artifact())), []);
    assert_eq!(reproducible(&state), Reproducible::Comparing);
    assert_eq!(report(&mut state, job, BuildEvent::Ended(Ok(compared()))), []);
    assert_eq!(reproducible(&state), Reproducible::Yes);
}

#[test]
fn cancelling_a_comparison_leaves_the_executable() {
    let mut state = open_state(&[0]);
    let job = job(&act(&mut state, Action::Build));
    let _ = report(&mut state, job, BuildEvent::Written(artifact()));
    assert_eq!(act(&mut state, Action::Cancel), [Effect::Cancel { generation: job }]);
    assert_eq!(report(&mut state, job, BuildEvent::Ended(Ok(compared()))), []);
    assert_eq!(reproducible(&state), Reproducible::Unknown);
}

#[test]
fn a_cell_decides_how_code_is_made_and_what_it_is_called() {
    let mut state = open_state(&[0]);
    state.targets.cells[0].column = Column { bounds: Bounds::Explicit, optimization: Optimization::Size };
    let _ = act(&mut state, Action::Build);
    let build = &state.targets.builds[0];
    assert_eq!((build.options.bounds, build.options.optimization), (Bounds::Explicit, Optimization::Size));
    assert_eq!(outputs(&state), ["out/hello-x86_64-linux-explicit-size"]);
}

#[test]
fn an_export_is_made_beside_the_executable_and_once_at_a_time() {
    let mut state = open_state(&[0]);
    let build = job(&act(&mut state, Action::Build));
    let _ = report(&mut state, build, BuildEvent::Ended(Ok(compared())));
    let export = Action::Export { build: 0, kind: ExportKind::Object };
    let effects = act(&mut state, export.clone());
    let Some(Effect::Start { job: Job::Export { output, .. }, .. }) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(output, &PathBuf::from("out/hello-x86_64-linux.o"));
    assert_eq!(act(&mut state, export.clone()), []);
    assert_eq!(testing::report(&mut state, job(&effects), Event::Exported(Err("full".to_owned()))), []);
    let failed = &super::view(&state).builds[0].exports[0];
    assert_eq!((failed.running, failed.error), (false, Some("full")));

    let again = job(&act(&mut state, export));
    let _ = testing::report(&mut state, again, Event::Exported(Ok(())));
    let exports = &super::view(&state).builds[0].exports;
    assert_eq!(exports.iter().map(|export| (export.running, export.error)).collect::<Vec<_>>(), [(false, None)]);
}

#[test]
fn there_is_nothing_to_export_of_no_build() {
    let mut state = open_state(&[]);
    assert_eq!(act(&mut state, Action::Export { build: 0, kind: ExportKind::Policy }), []);
}

#[test]
fn the_output_folder_can_be_chosen() {
    let mut state = state();
    let effects = act(&mut state, Action::BrowseOutputFolder);
    let Some(Effect::Start { job: Job::Pick { dialog }, .. }) = effects.first() else { panic!("{effects:?}") };
    assert_eq!((dialog.purpose, dialog.folder()), (Purpose::OutputFolder, Some(Path::new("out"))));
    let event = Event::Picked { purpose: Purpose::OutputFolder, result: Ok(Some(PathBuf::from("/dist"))) };
    assert_eq!(testing::report(&mut state, job(&effects), event), []);
    assert_eq!(state.targets.output_folder, PathBuf::from("/dist"));
}

#[test]
fn cells_stand_in_a_matrix_for_each_platform() {
    let all = State::new(PathBuf::from("out"), Cell::all());
    let view = super::view(&all);
    for platform in &view.platforms {
        for row in &platform.rows {
            assert_eq!(row.cells.len(), view.columns.len(), "{} {}", platform.name, row.level);
        }
        assert_eq!(platform.rows.iter().filter(|row| row.baseline).count(), 1);
    }
    let first = &view.platforms[0].rows[0].cells[1];
    let name = all.targets.cells[first.cell].to_string();
    assert_eq!(first.name, name);
}

#[test]
fn the_page_is_plain_data() {
    let view = serde_json::to_value(super::view(&state())).unwrap();
    let row = |cell: usize, name: &str, level: &str, summary: &str, baseline: bool| {
        let cells = [json!({ "cell": cell, "name": format!("{name}, bounds auto, optimise speed"), "ticked": false })];
        json!({ "level": level, "summary": summary, "baseline": baseline, "cells": cells })
    };
    let x86 = [
        row(0, "x86_64-linux", "x86-64-v2", "since 2009 (SSE4.2, POPCNT)", true),
        row(1, "x86_64-linux:x86-64-v3", "x86-64-v3", "since 2013–2015 (AVX2, BMI, FMA)", false),
    ];
    let arm = [row(2, "aarch64-linux", "armv8-a", "every 64-bit Arm processor", true)];
    let columns: Vec<_> = ["auto", "guard", "explicit"]
        .into_iter()
        .flat_map(|bounds| ["none", "speed", "size"].map(|goal| json!({ "bounds": bounds, "optimization": goal })))
        .collect();
    let expected = json!({
        "is_open": false,
        "columns": columns,
        "platforms": [
            { "name": "x86_64-linux", "unavailable": null, "rows": x86 },
            { "name": "aarch64-linux", "unavailable": "no runtime", "rows": arm },
        ],
        "ticked": 0,
        "can_build": false,
        "can_cancel": false,
        "output_folder": "out",
        "builds": [],
    });
    assert_eq!(view, expected);
}

#[test]
fn a_build_is_plain_data() {
    let mut state = open_state(&[0]);
    let job = job(&act(&mut state, Action::Build));
    for event in [
        BuildEvent::StageBegan(Stage::Assemble),
        BuildEvent::StageEnded(Stage::Assemble, Duration::from_millis(1)),
        BuildEvent::StageBegan(Stage::Parse),
        BuildEvent::Written(artifact()),
    ] {
        let _ = report(&mut state, job, event);
    }
    let stage = |name, elapsed, current| json!({ "name": name, "elapsed": elapsed, "current": current });
    let elapsed = json!({ "secs": 0, "nanos": 1_000_000 });
    let stages = [
        stage("assemble", elapsed, false),
        stage("parse", json!(null), true),
        stage("bind", json!(null), false),
        stage("compile", json!(null), false),
        stage("emit", json!(null), false),
        stage("link", json!(null), false),
    ];
    let done = json!({
        "state": "done",
        "size": 4096,
        "elapsed": { "secs": 0, "nanos": 3_000_000 },
        "sha256": "00ff",
        "reproducible": "comparing",
    });
    let expected = json!({
        "target": "x86_64-linux",
        "column": { "bounds": "auto", "optimization": "speed" },
        "output": "out/hello-x86_64-linux",
        "stages": stages,
        "compiled": null,
        "status": done,
        "command_line": "wasmelt build hello.wat --target x86_64-linux -o out/hello-x86_64-linux",
        "exports": [],
    });
    assert_eq!(serde_json::to_value(&super::view(&state).builds[0]).unwrap(), expected);
}
