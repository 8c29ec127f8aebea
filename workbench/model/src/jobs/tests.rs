//! Jobs on real threads.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use wasmelt_targets::Architecture;

use super::*;
use crate::pages::module::SAMPLES;

fn first_event(origin: Origin) -> Event {
    let jobs = Jobs::new(|| ());
    let generation = Generation::default();
    jobs.perform(Effect::Start { generation, job: Job::Open { origin } });
    let report = jobs.wait();
    assert_eq!(report.generation, generation);
    report.event
}

#[test]
fn samples_open() {
    let Event::Opened(Ok(opened)) = first_event(Origin::Sample(&SAMPLES[0])) else { panic!("not opened") };
    assert_eq!(opened.summary.name, "hello");
    assert_eq!(opened.summary.imports[0].items[0].name, "fd_write");
}

#[test]
fn what_cannot_be_opened_is_explained() {
    let missing = PathBuf::from("no/such/module.wasm");
    let Event::Opened(Err(text)) = first_event(Origin::File(missing)) else { panic!("opened") };
    assert!(text.contains("no/such/module.wasm"), "{text}");
}

#[test]
fn reports_wake_the_user_interface() {
    let woken = Arc::new(AtomicUsize::new(0));
    let jobs = {
        let woken = Arc::clone(&woken);
        Jobs::new(move || _ = woken.fetch_add(1, Ordering::SeqCst))
    };
    assert_eq!(jobs.reports().count(), 0);
    jobs.perform(Effect::Start {
        generation: Generation::default(),
        job: Job::Open { origin: Origin::Sample(&SAMPLES[0]) },
    });
    let _ = jobs.wait();
    // The report is sent first, so that whoever is woken finds it.
    while woken.load(Ordering::SeqCst) == 0 {
        thread::yield_now();
    }
}

fn build_effect(output: PathBuf) -> Option<Effect> {
    let target = Target::baseline(Architecture::host()?);
    let source = Arc::new(Source::from_bytes(SAMPLES[0].file_name, SAMPLES[0].text.as_bytes()));
    Some(Effect::Start { generation: Generation::default(), job: Job::Build { source, target, output } })
}

#[test]
fn builds_report_stages_and_write_the_executable() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("hello");
    let Some(effect) = build_effect(output.clone()) else { return };
    let jobs = Jobs::new(|| ());
    jobs.perform(effect);
    let mut ended = Vec::new();
    let artifact = loop {
        match jobs.wait().event {
            Event::Build(BuildEvent::StageEnded(stage, _)) => ended.push(stage),
            Event::Build(BuildEvent::Ended(result)) => break result.unwrap(),
            _ => (),
        }
    };
    assert_eq!(ended, Stage::ALL);
    assert_eq!(artifact.path, output);
    assert_eq!(artifact.size, fs::metadata(&output).unwrap().len());
}

#[test]
fn cancelled_builds_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let Some(effect) = build_effect(folder.path().join("hello")) else { return };
    let jobs = Jobs::new(|| ());
    jobs.perform(Effect::Cancel { generation: Generation::default() });
    jobs.perform(effect);
    // The last stage is reported before the file would be written, and a cancelled job says nothing after it: only when
    // all its ends of the channel are gone is it over.
    let Jobs { sender, reports, .. } = jobs;
    drop(sender);
    assert!(reports.iter().all(|report| !matches!(report.event, Event::Build(BuildEvent::Ended(_)))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
