//! States with a sample open, for the tests of all pages.

use std::{path::PathBuf, sync::Arc};

use crate::{
    Action, Effect, Event, Generation, Report, State,
    pages::{
        module::{self, Opened, Origin, SAMPLES, Summary},
        targets::{self, Cell},
    },
    update,
};

/// A state with three cells, none of them ticked.
pub(crate) fn state() -> State {
    let cell = |target: &str| Cell::new(target.parse().unwrap());
    let missing = Cell { unavailable: Some("no runtime".to_owned()), ..cell("aarch64-linux") };
    State::new(PathBuf::from("out"), vec![cell("x86_64-linux"), cell("x86_64-linux:x86-64-v3"), missing])
}

/// What a job would have made of the first sample.
pub(crate) fn opened() -> Arc<Opened> {
    let source = SAMPLES[0].source();
    let summary = Summary::new(&source, &wasmelt_driver::parse(&source).unwrap());
    Arc::new(Opened { source: Arc::new(source), path: None, summary })
}

/// A state with the first sample open, and these cells ticked.
pub(crate) fn open_state(ticked: &[usize]) -> State {
    let mut state = state();
    let job = job(&update(&mut state, Action::Module(module::Action::Open(Origin::Sample(&SAMPLES[0])))));
    assert_eq!(report(&mut state, job, Event::Opened(Ok(opened()))), []);
    for &cell in ticked {
        assert_eq!(update(&mut state, Action::Targets(targets::Action::Tick { cell, ticked: true })), []);
    }
    state
}

/// The job that the last of `effects` starts.
pub(crate) fn job(effects: &[Effect]) -> Generation {
    match effects.last() {
        Some(Effect::Start { generation, .. }) => *generation,
        other => panic!("no job is started: {other:?}"),
    }
}

/// A job's report.
pub(crate) fn report(state: &mut State, generation: Generation, event: Event) -> Vec<Effect> {
    update(state, Action::Report(Report { generation, event }))
}
