//! Views of states, as they serialise.

use std::{path::PathBuf, time::Duration};

use serde_json::json;
use wasmelt_driver::Stage;

use crate::{Build, BuildStatus, Cell, ModuleState, StageTimes, State, view};

fn state() -> State {
    let cell = |target: &str| Cell { target: target.parse().unwrap(), unavailable: None, ticked: false };
    let missing = Cell { unavailable: Some("no runtime".to_owned()), ..cell("aarch64-linux") };
    State::new(PathBuf::from("out"), vec![cell("x86_64-linux"), cell("x86_64-linux:x86-64-v3"), missing])
}

#[test]
fn cells_stand_with_their_platform() {
    let view = serde_json::to_value(view(&state()).targets).unwrap();
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
    });
    assert_eq!(view, expected);
}

#[test]
fn a_failure_to_open_is_part_of_the_view() {
    let mut state = state();
    state.module = ModuleState::Failed { name: "a.wasm".to_owned(), text: "error".to_owned() };
    let module = serde_json::to_value(view(&state).module).unwrap();
    assert_eq!(module, json!({ "state": "failed", "name": "a.wasm", "text": "error" }));
}

#[test]
fn every_stage_of_a_build_is_shown() {
    let mut state = state();
    state.builds.push(Build {
        target: "x86_64-linux".parse().unwrap(),
        output: PathBuf::from("out/a"),
        stages: StageTimes {
            ended: vec![(Stage::Assemble, Duration::from_millis(1))],
            current: Some(Stage::Parse),
            compiled: None,
        },
        status: BuildStatus::Waiting,
    });
    let view = view(&state);
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
