//! What each action does to the state, and which effects it asks for; no job runs here.

use std::{path::PathBuf, sync::Arc, time::Duration};

use wasmelt_driver::{Source, Stage};
use wasmelt_targets::{Architecture, Target};

use crate::{
    Action, Artifact, Build, BuildStatus, Cell, Effect, Event, Generation, ModulePage, ModuleState, Opened, Origin,
    Report, SAMPLES, State, update,
};

/// A state with three cells, none of them ticked.
fn state() -> State {
    let cell = |target: &str| Cell { target: target.parse().unwrap(), unavailable: None, ticked: false };
    let missing = Cell { unavailable: Some("no runtime".to_owned()), ..cell("aarch64-linux") };
    State::new(PathBuf::from("out"), vec![cell("x86_64-linux"), cell("x86_64-linux:x86-64-v3"), missing])
}

/// What a job would have made of the first sample.
fn opened() -> Arc<Opened> {
    let source = Source::from_bytes(SAMPLES[0].file_name, SAMPLES[0].text.as_bytes());
    let page = ModulePage::new(&source, &wasmelt_driver::parse(&source).unwrap());
    Arc::new(Opened { source: Arc::new(source), page })
}

/// A state with the first sample open, and these cells ticked.
fn open_state(ticked: &[usize]) -> State {
    let mut state = state();
    let job = job(&update(&mut state, Action::Open(Origin::Sample(&SAMPLES[0]))));
    assert_eq!(report(&mut state, job, Event::Opened(Ok(opened()))), []);
    for &cell in ticked {
        assert_eq!(update(&mut state, Action::Tick { cell, ticked: true }), []);
    }
    state
}

/// The job that the last of `effects` starts.
fn job(effects: &[Effect]) -> Generation {
    match effects.last() {
        Some(Effect::Open { generation, .. } | Effect::Build { generation, .. }) => *generation,
        other => panic!("no job is started: {other:?}"),
    }
}

fn report(state: &mut State, generation: Generation, event: Event) -> Vec<Effect> {
    update(state, Action::Report(Report { generation, event }))
}

fn artifact() -> Artifact {
    Artifact { path: PathBuf::from("out/hello"), size: 4096, elapsed: Duration::from_millis(3) }
}

fn statuses(state: &State) -> Vec<&BuildStatus> {
    state.builds.iter().map(|build| &build.status).collect()
}

fn outputs(state: &State) -> Vec<String> {
    state.builds.iter().map(|Build { output, .. }| output.display().to_string()).collect()
}

mod open {
    use super::*;

    #[test]
    fn the_path_field_names_a_file() {
        let mut state = state();
        assert_eq!(update(&mut state, Action::EditPath(" dir/app.wasm ".to_owned())), []);
        let effects = update(&mut state, Action::OpenPath);
        let origin = Origin::File(PathBuf::from("dir/app.wasm"));
        assert_eq!(effects, [Effect::Open { generation: job(&effects), origin }]);
        assert_eq!(state.path_field, "dir/app.wasm");
        assert_eq!(state.output_folder, PathBuf::from("dir"));
    }

    #[test]
    fn an_empty_path_field_names_nothing() {
        assert_eq!(update(&mut state(), Action::OpenPath), []);
    }

    #[test]
    fn a_file_without_a_folder_lies_in_the_current_one() {
        let mut state = state();
        let _ = update(&mut state, Action::Open(Origin::File(PathBuf::from("app.wasm"))));
        assert_eq!(state.output_folder, PathBuf::from("."));
    }

    #[test]
    fn a_sample_leaves_the_output_folder_alone() {
        assert_eq!(open_state(&[]).output_folder, PathBuf::from("out"));
    }

    #[test]
    fn a_failure_is_shown_with_its_name() {
        let mut state = state();
        let job = job(&update(&mut state, Action::Open(Origin::File(PathBuf::from("bad.wasm")))));
        assert_eq!(report(&mut state, job, Event::Opened(Err("error".to_owned()))), []);
        let ModuleState::Failed { name, text } = &state.module else { panic!("{:?}", state.module) };
        assert_eq!((name.as_str(), text.as_str()), ("bad.wasm", "error"));
    }

    #[test]
    fn only_the_last_module_asked_for_is_opened() {
        let mut state = state();
        let first = job(&update(&mut state, Action::Open(Origin::File(PathBuf::from("slow.wasm")))));
        let second = job(&update(&mut state, Action::Open(Origin::Sample(&SAMPLES[0]))));
        assert_eq!(report(&mut state, first, Event::Opened(Err("too late".to_owned()))), []);
        assert!(matches!(state.module, ModuleState::Opening { .. }));
        assert_eq!(report(&mut state, second, Event::Opened(Ok(opened()))), []);
        assert!(matches!(state.module, ModuleState::Open(_)));
    }

    #[test]
    fn opening_cancels_the_builds_of_what_was_open() {
        let mut state = open_state(&[0]);
        let build = job(&update(&mut state, Action::Build));
        let effects = update(&mut state, Action::Open(Origin::Sample(&SAMPLES[0])));
        assert_eq!(effects[0], Effect::Cancel { generation: build });
        assert_eq!(effects.len(), 2);
        assert!(state.builds.is_empty());
        assert_eq!(report(&mut state, build, Event::Built(Ok(artifact()))), []);
        assert!(state.builds.is_empty());
    }
}

mod targets {
    use super::*;

    fn ticked(state: &State) -> Vec<bool> {
        state.cells.iter().map(|cell| cell.ticked).collect()
    }

    #[test]
    fn ticks_come_and_go() {
        let mut state = state();
        let _ = update(&mut state, Action::Tick { cell: 1, ticked: true });
        assert_eq!(ticked(&state), [false, true, false]);
        let _ = update(&mut state, Action::Tick { cell: 1, ticked: false });
        assert_eq!(ticked(&state), [false, false, false]);
    }

    #[test]
    fn unavailable_and_unknown_cells_are_never_ticked() {
        let mut state = state();
        for cell in [2, 3] {
            let _ = update(&mut state, Action::Tick { cell, ticked: true });
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
}

mod build {
    use super::*;

    #[test]
    fn targets_are_built_one_after_the_other() {
        let mut state = open_state(&[0, 1]);
        let effects = update(&mut state, Action::Build);
        assert_eq!(outputs(&state), ["out/hello-x86_64-linux", "out/hello-x86_64-linux-x86-64-v3"]);
        let first = job(&effects);
        assert_eq!(effects.len(), 1);
        assert_eq!(statuses(&state), [&BuildStatus::Running { generation: first }, &BuildStatus::Waiting]);

        let second = job(&report(&mut state, first, Event::Built(Ok(artifact()))));
        assert_eq!(statuses(&state), [&BuildStatus::Done(artifact()), &BuildStatus::Running { generation: second }]);
        assert_eq!(report(&mut state, second, Event::Built(Ok(artifact()))), []);
        assert_eq!(statuses(&state), [&BuildStatus::Done(artifact()), &BuildStatus::Done(artifact())]);
    }

    #[test]
    fn a_failure_does_not_stop_the_others() {
        let mut state = open_state(&[0, 1]);
        let first = job(&update(&mut state, Action::Build));
        let effects = report(&mut state, first, Event::Built(Err("error".to_owned())));
        assert_eq!(effects.len(), 1);
        assert_eq!(state.builds[0].status, BuildStatus::Failed { text: "error".to_owned() });
    }

    #[test]
    fn stages_are_recorded_for_the_build_at_work() {
        let mut state = open_state(&[0]);
        let job = job(&update(&mut state, Action::Build));
        let elapsed = Duration::from_millis(2);
        for event in
            [Event::StageBegan(Stage::Parse), Event::StageEnded(Stage::Parse, elapsed), Event::StageBegan(Stage::Bind)]
        {
            assert_eq!(report(&mut state, job, event), []);
        }
        let stages = &state.builds[0].stages;
        assert_eq!((stages.current, &stages.ended[..]), (Some(Stage::Bind), &[(Stage::Parse, elapsed)][..]));
    }

    #[test]
    fn compiled_functions_are_never_taken_back() {
        let mut state = open_state(&[0]);
        let job = job(&update(&mut state, Action::Build));
        for done in [1, 3, 2] {
            assert_eq!(report(&mut state, job, Event::Compiled { done, total: 9 }), []);
        }
        assert_eq!(state.builds[0].stages.compiled, Some((3, 9)));
    }

    #[test]
    fn nothing_is_built_without_a_module_or_a_target() {
        let mut nothing_open = state();
        let _ = update(&mut nothing_open, Action::Tick { cell: 0, ticked: true });
        for mut state in [nothing_open, open_state(&[])] {
            assert_eq!(update(&mut state, Action::Build), []);
            assert!(state.builds.is_empty());
        }
    }

    #[test]
    fn a_build_at_work_is_not_started_twice() {
        let mut state = open_state(&[0]);
        let _ = update(&mut state, Action::Build);
        assert_eq!(update(&mut state, Action::Build), []);
        assert_eq!(state.builds.len(), 1);
    }

    #[test]
    fn cancelling_stops_the_one_at_work_and_those_that_wait() {
        let mut state = open_state(&[0, 1]);
        let job = job(&update(&mut state, Action::Build));
        assert_eq!(update(&mut state, Action::CancelBuilds), [Effect::Cancel { generation: job }]);
        assert_eq!(statuses(&state), [&BuildStatus::Cancelled, &BuildStatus::Cancelled]);
        assert_eq!(report(&mut state, job, Event::Built(Ok(artifact()))), []);
        assert_eq!(statuses(&state), [&BuildStatus::Cancelled, &BuildStatus::Cancelled]);
    }

    #[test]
    fn cancelling_leaves_what_is_done() {
        let mut state = open_state(&[0]);
        let job = job(&update(&mut state, Action::Build));
        let _ = report(&mut state, job, Event::Built(Ok(artifact())));
        assert_eq!(update(&mut state, Action::CancelBuilds), []);
        assert_eq!(statuses(&state), [&BuildStatus::Done(artifact())]);
    }
}
