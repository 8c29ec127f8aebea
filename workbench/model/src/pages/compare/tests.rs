//! Measuring; no job runs here.

use std::{path::PathBuf, sync::Arc, time::Duration};

use serde_json::json;
use wasmelt_benches::{
    Ratio, Summary,
    laboratory::{Entry, Report},
    machine::Machine,
    rivals::Missing,
    startup::{PageCache, Plan, Row, Series},
};

use super::{Action, Format, Measured, Run, RunView, Settings};
use crate::{
    CompareEvent, Document, Effect, Event, Generation, Job, State,
    pages::module::{self, Origin, SAMPLES},
    testing::{self, job, open_state, state},
    update,
};

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    update(state, crate::Action::Compare(action))
}

fn report(state: &mut State, job: Generation, event: CompareEvent) {
    assert_eq!(testing::report(state, job, Event::Compare(event)), []);
}

fn spans(microseconds: &[u64]) -> Vec<Duration> {
    microseconds.iter().copied().map(Duration::from_micros).collect()
}

/// A state in which a measurement goes on, and its job.
fn running() -> (State, Generation) {
    let mut state = open_state(&[]);
    let job = job(&act(&mut state, Action::Start));
    report(&mut state, job, CompareEvent::Missing(vec![missing()]));
    report(&mut state, job, CompareEvent::Candidates(vec!["floor".to_owned(), "wasmelt".to_owned()]));
    (state, job)
}

fn missing() -> Missing {
    Missing { name: "docker".to_owned(), reason: "not on the PATH".to_owned() }
}

/// What the laboratory would say of these samples.
fn measured(state: &State, floor: &[u64], ours: &[u64]) -> Arc<Measured> {
    let entry = |name: &str, samples: &[u64]| {
        let samples = spans(samples);
        let to_first = Ratio::of(&samples, &spans(floor));
        let total = Series { summary: Summary::of(&samples).unwrap(), to_first, samples };
        let row = Row { name: name.to_owned(), total, first_instruction: None, remainder: None };
        Entry { row, to_ours: None, usage: None, program_bytes: None, runtime_bytes: None }
    };
    let report = Report {
        module: "hello.wat".to_owned(),
        module_bytes: 100,
        plan: Plan { warm_up: 5, rounds: floor.len(), page_cache: PageCache::Warm },
        machine: Machine { processor: None, processors: 2, kernel: None, load: None, pinned: None },
        warnings: vec!["too few".to_owned()],
        unmarked: None,
        entries: vec![entry("floor", floor), entry("wasmelt", ours)],
        missing: vec![missing()],
    };
    Arc::new(Measured::new(Arc::clone(&state.module.opened().unwrap().source), report))
}

#[test]
fn nothing_is_measured_without_a_module() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Start), []);
    let view = super::view(&state);
    assert!(!view.can_start);
    assert_eq!(view.run, RunView::NoModule);
}

#[test]
fn the_settings_are_those_of_the_measurement() {
    let mut state = open_state(&[]);
    for action in [
        Action::SetRounds(7),
        Action::EditNative(" /bin/true ".to_owned()),
        Action::EditArguments("-e  1".to_owned()),
        Action::SetPinned(false),
        Action::SetCold(true),
    ] {
        assert_eq!(act(&mut state, action), []);
    }
    let effects = act(&mut state, Action::Start);
    let [Effect::Start { job: Job::Compare { source, settings }, .. }] = &effects[..] else { panic!("{effects:?}") };
    let request = settings.request(source);
    assert_eq!(request.native, Some(PathBuf::from("/bin/true")));
    assert_eq!(request.arguments, ["-e", "1"]);
    assert_eq!((request.plan.rounds, request.plan.page_cache, request.pin), (7, PageCache::Cold, false));
    assert_eq!(request.search, None);
}

#[test]
fn rounds_have_limits() {
    let mut state = open_state(&[]);
    for (asked, rounds) in [(0, 1), (1_000_000, Settings::MOST_ROUNDS), (30, 30)] {
        let _ = act(&mut state, Action::SetRounds(asked));
        assert_eq!(state.compare.settings.rounds, rounds);
    }
}

#[test]
fn samples_are_shown_as_they_arrive() {
    let (mut state, job) = running();
    assert_eq!(act(&mut state, Action::Start), []);
    let totals = vec![spans(&[100, 120]), spans(&[150])];
    report(&mut state, job, CompareEvent::Rounds { done: 7, of: 105, totals });
    report(&mut state, job, CompareEvent::Rounds { done: 8, of: 105, totals: vec![spans(&[110]), spans(&[180, 165])] });
    let view = super::view(&state);
    let rows: Vec<_> = view.rows.iter().map(|row| (row.name, row.samples, &*row.median, &*row.to_floor)).collect();
    assert_eq!(rows, [("floor", 3, "110 µs", "1.00"), ("wasmelt", 3, "165 µs", "1.50")]);
    assert!(view.rows.iter().all(|row| row.interval.is_empty()));
    assert!(!view.can_start);
    let run = json!({ "state": "running", "stage": "starting", "rounds": [8, 105], "stopping": false });
    assert_eq!(serde_json::to_value(&view.run).unwrap(), run);
    assert_eq!(serde_json::to_value(&view.claims).unwrap(), json!([{ "text": "1 ms", "limit_ns": 1_000_000 }]));
    assert_eq!(view.missing, [missing()]);
}

#[test]
fn the_end_brings_confidence_and_warnings() {
    let (mut state, job) = running();
    let measured = measured(&state, &[100, 110, 120], &[200, 220, 240]);
    report(&mut state, job, CompareEvent::Ended(Ok(Some(measured))));
    let view = super::view(&state);
    let ours = &view.rows[1];
    assert_eq!((&*ours.to_floor, &*ours.interval, ours.ours), ("2.00", "2.00 to 2.00", true));
    let RunView::Done { warnings, facts } = &view.run else { panic!("{:?}", view.run) };
    assert_eq!((warnings.len(), facts[0].as_str()), (1, "hello.wat, 100 bytes"));
    assert!(view.can_start);
}

#[test]
fn stopping_waits_for_the_report_of_what_there_is() {
    let (mut state, job) = running();
    assert_eq!(act(&mut state, Action::Stop), [Effect::Cancel { generation: job }]);
    assert_eq!(act(&mut state, Action::Stop), []);
    assert!(matches!(super::view(&state).run, RunView::Running { stopping: true, .. }));
    let measured = measured(&state, &[100], &[200]);
    report(&mut state, job, CompareEvent::Ended(Ok(Some(measured))));
    assert!(matches!(state.compare.run, Run::Done(_)));
}

#[test]
fn stopped_before_the_first_round_there_is_nothing() {
    let (mut state, job) = running();
    let _ = act(&mut state, Action::Stop);
    report(&mut state, job, CompareEvent::Ended(Ok(None)));
    assert_eq!(super::view(&state).run, RunView::Idle);
}

#[test]
fn another_module_ends_the_measurement() {
    let (mut state, job) = running();
    let open = crate::Action::Module(module::Action::Open(Origin::Sample(&SAMPLES[0])));
    assert!(update(&mut state, open).contains(&Effect::Cancel { generation: job }));
    assert!(matches!(state.compare.run, Run::Idle));
    report(&mut state, job, CompareEvent::Ended(Err("too late".to_owned())));
    assert!(matches!(state.compare.run, Run::Idle));
}

#[test]
fn a_failure_is_shown() {
    let (mut state, job) = running();
    report(&mut state, job, CompareEvent::Ended(Err("cannot start native".to_owned())));
    let run = serde_json::to_value(super::view(&state).run).unwrap();
    assert_eq!(run, json!({ "state": "failed", "text": "cannot start native" }));
}

#[test]
fn reports_are_written_to_a_folder() {
    let (mut state, job_of_run) = running();
    assert_eq!(act(&mut state, Action::Export(Format::Csv)), []);
    let measured = measured(&state, &[100], &[200]);
    report(&mut state, job_of_run, CompareEvent::Ended(Ok(Some(Arc::clone(&measured)))));
    let _ = act(&mut state, Action::EditFolder("reports".to_owned()));
    let effects = act(&mut state, Action::Export(Format::Svg));
    let generation = job(&effects);
    let path = PathBuf::from("reports/hello-startup.svg");
    let document = Document::Report { measured, format: Format::Svg };
    assert_eq!(effects, [Effect::Start { generation, job: Job::Save { document, path } }]);

    let saved = |state: &State| super::view(state).saved.map(|saved| (saved.path, saved.done, saved.error.is_some()));
    let path = "reports/hello-startup.svg".to_owned();
    assert_eq!(saved(&state), Some((path.clone(), false, false)));
    assert_eq!(testing::report(&mut state, generation, Event::Saved(Ok(()))), []);
    assert_eq!(saved(&state), Some((path, true, false)));
}
