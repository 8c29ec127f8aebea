//! Jobs on real threads.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use sha2::{Digest, Sha256};
use wasmelt_targets::{Architecture, Target};

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
    let options = Arc::new(BuildOptions::new(Target::baseline(Architecture::host()?)));
    let source = Arc::new(SAMPLES[0].source());
    Some(Effect::Start { generation: Generation::default(), job: Job::Build { source, options, output } })
}

#[test]
fn builds_report_stages_and_write_the_executable() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("new/hello");
    let Some(effect) = build_effect(output.clone()) else { return };
    let jobs = Jobs::new(|| ());
    jobs.perform(effect);
    let mut ended = Vec::new();
    let artifact = loop {
        match jobs.wait().event {
            Event::Build(BuildEvent::StageEnded(stage, _)) => ended.push(stage),
            Event::Build(BuildEvent::Written(artifact)) => assert_eq!(artifact.reproducible, None),
            Event::Build(BuildEvent::Ended(result)) => break result.unwrap(),
            _ => (),
        }
    };
    assert_eq!(ended, Stage::ALL);
    assert_eq!(artifact.path, output);
    let bytes = fs::read(&output).unwrap();
    assert_eq!(artifact.size, bytes.len() as u64);
    assert_eq!(artifact.sha256, Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    assert_eq!(artifact.reproducible, Some(true));
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

fn exported(kind: ExportKind) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("exported.tar");
    let target = Target::baseline(Architecture::host().unwrap_or(Architecture::X86_64));
    let (source, options) = (Arc::new(SAMPLES[0].source()), Arc::new(BuildOptions::new(target)));
    let jobs = Jobs::new(|| ());
    let job = Job::Export { source, options, kind, output: output.clone() };
    jobs.perform(Effect::Start { generation: Generation::default(), job });
    let Event::Exported(result) = jobs.wait().event else { panic!("exported") };
    result.unwrap();
    fs::read(&output).unwrap()
}

#[test]
fn objects_are_exported_unlinked() {
    let object = exported(ExportKind::Object);
    // The ELF header's magic number, and its type: relocatable.
    assert_eq!((&object[..4], object[16]), (&b"\x7fELF"[..], 1));
}

#[test]
fn images_are_exported_as_archives() {
    let archive = exported(ExportKind::Image);
    let names = archive.chunks(512).filter_map(|block| block.split(|&byte| byte == 0).next());
    assert!(names.into_iter().any(|name| name == b"oci-layout"), "{} bytes", archive.len());
}

#[test]
fn policies_are_exported_as_documents() {
    let text = String::from_utf8(exported(ExportKind::Policy)).unwrap();
    let policy = wasmelt_policy::Policy::from_document(&text).unwrap();
    assert_eq!(policy, wasmelt_policy::Policy::default());
}

fn picked(jobs: &Jobs) -> Result<Option<PathBuf>, String> {
    let dialog = Dialog { purpose: Purpose::OutputFolder, kind: crate::DialogKind::Folder, folder: None };
    jobs.perform(Effect::Start { generation: Generation::default(), job: Job::Pick { dialog } });
    let Event::Picked { purpose: Purpose::OutputFolder, result } = jobs.wait().event else { panic!("picked") };
    result
}

#[test]
fn dialogs_are_the_user_interfaces() {
    let jobs = Jobs::new(|| ()).with_picker(Arc::new(|dialog| Ok(Some(PathBuf::from(dialog.title())))));
    assert_eq!(picked(&jobs), Ok(Some(PathBuf::from("Folder for executables"))));
    assert!(picked(&Jobs::new(|| ())).is_err());
}
