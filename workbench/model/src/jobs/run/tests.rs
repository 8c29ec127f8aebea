//! Programs in processes.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use wasmelt_driver::{AuditEvent, Source};
use wasmelt_policy::Policy;
use wasmelt_targets::{Architecture, Target};

use crate::{
    Effect, Event, Generation, Job, Jobs, Message,
    pages::grants::{Ended, Purpose, RunEvent, RunRequest, Status, Stream},
};

/// What a run has told.
#[derive(Debug, Default)]
struct Told {
    output: Vec<(Stream, String)>,
    lost: u64,
    denials: Vec<AuditEvent>,
}

impl Told {
    fn text(&self, wanted: Stream) -> String {
        self.output.iter().filter(|(stream, _)| *stream == wanted).map(|(_, text)| text.as_str()).collect()
    }
}

fn start(jobs: &Jobs, purpose: Purpose, text: &str, policy: &str) -> Option<Generation> {
    let target = Target::baseline(Architecture::host()?);
    let source = Arc::new(Source::from_bytes("test.wat", text.as_bytes()));
    let policy = Policy::from_document(policy).unwrap();
    let request = RunRequest { purpose, source, target, policy, arguments: Vec::new() };
    let generation = Generation::default();
    jobs.perform(Effect::Start { generation, job: Job::Run { request } });
    Some(generation)
}

/// Collects reports until `is_enough`, or the end.
fn follow(jobs: &Jobs, told: &mut Told, is_enough: impl Fn(&Told) -> bool) -> Option<Result<Ended, String>> {
    while !is_enough(told) {
        match jobs.wait().event {
            Event::Run(RunEvent::Progress(progress)) => {
                told.output.extend(progress.output.iter().cloned());
                told.lost += progress.lost;
                told.denials.extend(progress.denials.iter().map(|(event, _)| event.clone()));
            }
            Event::Run(RunEvent::Ended(ended)) => return Some(ended),
            _ => {}
        }
    }
    None
}

fn run(text: &str, policy: &str) -> Option<(Told, Ended)> {
    let jobs = Jobs::new(|| ());
    start(&jobs, Purpose::Run, text, policy)?;
    let mut told = Told::default();
    let ended = follow(&jobs, &mut told, |_| false).unwrap().unwrap();
    Some((told, ended))
}

const NOTES: &str = include_str!("../../../../samples/notes.wat");

/// Writes what it reads.
const ECHO: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $more
      (i32.store (i32.const 0) (i32.const 64))
      (i32.store (i32.const 4) (i32.const 64))
      (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then (return)))
      (if (i32.eqz (i32.load (i32.const 8))) (then (return)))
      (i32.store (i32.const 4) (i32.load (i32.const 8)))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br $more))))"#;

/// Writes for ever.
const ENDLESS: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 4) (i32.const 60000))
    (loop $more
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br $more))))"#;

#[test]
fn a_program_without_a_folder_is_denied_one() {
    let Some((told, ended)) = run(NOTES, "") else { return };
    assert_eq!(ended.status, Status::Exited(1));
    assert_eq!(told.text(Stream::Error), "I may not read greeting.txt in my folder.\n");
    let denials: Vec<_> = told.denials.iter().map(|event| (event.call.as_str(), event.allow.as_str())).collect();
    assert_eq!(denials, [("path_open", "--allow-read")]);
}

#[test]
fn a_program_reads_a_granted_folder_and_is_denied_to_write_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("greeting.txt"), "Good morning\n").unwrap();
    let policy = |access: &str| {
        format!("[[dir]]\nhost = \"{}\"\nguest = \"/notes\"\naccess = \"{access}\"", folder.path().display())
    };
    let Some((told, ended)) = run(NOTES, &policy("read")) else { return };
    assert_eq!((ended.status, told.text(Stream::Output).as_str()), (Status::Exited(2), "Good morning\n"));
    assert_eq!(told.denials[0].path.as_deref(), Some("/notes/visits.txt"));
    assert_eq!(told.denials[0].allow, "--allow-write=/notes/visits.txt");

    let (told, ended) = run(NOTES, &policy("write")).unwrap();
    assert_eq!((ended.status, told.denials.len()), (Status::Exited(0), 0));
    assert_eq!(fs::read_to_string(folder.path().join("visits.txt")).unwrap(), "a visit\n");
}

#[test]
fn learning_leaves_the_folder_alone_and_proposes_what_was_needed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("greeting.txt"), "Good morning\n").unwrap();
    let jobs = Jobs::new(|| ());
    let policy = format!(
        "args = {{ inherit = true }}\n[[dir]]\nhost = \"{}\"\nguest = \"/notes\"\naccess = \"write\"",
        folder.path().display()
    );
    let Some(_) = start(&jobs, Purpose::Learn, NOTES, &policy) else { return };
    let ended = follow(&jobs, &mut Told::default(), |_| false).unwrap().unwrap();
    let learned = ended.learned.unwrap();
    assert_eq!(learned.directories, Policy::from_document(&policy).unwrap().directories);
    assert!(!learned.arguments.inherit && !learned.streams.input && learned.streams.output);
    assert!(!folder.path().join("visits.txt").exists());
}

#[test]
fn input_reaches_the_program_until_its_end() {
    let jobs = Jobs::new(|| ());
    let Some(generation) = start(&jobs, Purpose::Run, ECHO, "") else { return };
    let tell = |message| jobs.perform(Effect::Tell { generation, message });
    let mut told = Told::default();
    // Before that there is nobody to tell.
    assert!(matches!(jobs.wait().event, Event::Run(RunEvent::Began { .. })));
    tell(Message::Input("one\n".to_owned()));
    assert!(follow(&jobs, &mut told, |told| told.text(Stream::Output) == "one\n").is_none());
    tell(Message::Input("two\n".to_owned()));
    tell(Message::EndOfInput);
    let ended = follow(&jobs, &mut told, |_| false).unwrap().unwrap();
    assert_eq!((told.text(Stream::Output).as_str(), ended.status), ("one\ntwo\n", Status::Exited(0)));
}

#[test]
fn a_program_that_writes_for_ever_is_bounded_and_can_be_stopped() {
    let jobs = Jobs::new(|| ());
    let Some(generation) = start(&jobs, Purpose::Run, ENDLESS, "") else { return };
    let mut told = Told::default();
    // Nobody looks at the first report for a while: there is one more at the most.
    let first = loop {
        if let Event::Run(RunEvent::Progress(progress)) = jobs.wait().event {
            break progress;
        }
    };
    let wait = Instant::now();
    while wait.elapsed() < Duration::from_millis(300) {
        assert_eq!(jobs.reports().count(), 0);
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(first);
    assert!(follow(&jobs, &mut told, |told| told.lost > 0).is_none());
    jobs.perform(Effect::Cancel { generation });
    let ended = follow(&jobs, &mut told, |_| false).unwrap().unwrap();
    assert_eq!(ended.status, Status::Stopped);
    assert!(ended.usage.user + ended.usage.system > Duration::ZERO && ended.usage.peak.is_some());
}

#[test]
fn programs_end_with_the_workbench() {
    let alive = Arc::new(());
    let jobs = {
        let alive = Arc::clone(&alive);
        Jobs::new(move || _ = &alive)
    };
    let looping = "(module (func (export \"_start\") (loop $more (br $more))))";
    let Some(_) = start(&jobs, Purpose::Run, looping, "") else { return };
    assert!(matches!(jobs.wait().event, Event::Run(RunEvent::Began { .. })));
    drop(jobs);
    // The job's thread is over, and with it the process, which it waits for.
    while Arc::strong_count(&alive) > 1 {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_trap_is_told() {
    let Some((told, ended)) = run("(module (func (export \"_start\") unreachable))", "") else { return };
    assert_eq!(ended.status, Status::Exited(134));
    assert!(told.text(Stream::Error).starts_with("wasmelt: trap: "), "{told:?}");
}

#[test]
fn what_cannot_be_built_is_explained() {
    let jobs = Jobs::new(|| ());
    let Some(_) = start(&jobs, Purpose::Run, "(module (func (result i32)))", "") else { return };
    let text = follow(&jobs, &mut Told::default(), |_| false).unwrap().unwrap_err();
    assert!(text.contains("error[E"), "{text}");
}

#[test]
fn other_processors_are_emulated() {
    let other = match Architecture::host() {
        Some(Architecture::X86_64) => Architecture::Aarch64,
        _ => return,
    };
    let target = Target::baseline(other);
    if wasmelt_driver::Runner::find(&target).is_err() || wasmelt_driver::is_available(&target).is_err() {
        println!("skipped: no qemu-aarch64, or no runtime for it");
        return;
    }
    let jobs = Jobs::new(|| ());
    let source = Arc::new(Source::from_bytes("test.wat", NOTES.as_bytes()));
    let request =
        RunRequest { purpose: Purpose::Run, source, target, policy: Policy::default(), arguments: Vec::new() };
    jobs.perform(Effect::Start { generation: Generation::default(), job: Job::Run { request } });
    let Event::Run(RunEvent::Began { emulator }) = jobs.wait().event else { panic!("it has not begun") };
    assert!(emulator.unwrap().starts_with("qemu-aarch64"));
    let mut told = Told::default();
    let ended = follow(&jobs, &mut told, |_| false).unwrap().unwrap();
    assert_eq!((ended.status, told.denials.len()), (Status::Exited(1), 1));
}
