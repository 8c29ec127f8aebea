//! The kernel's wall: what the kernel says of a running program's process.

use std::{
    fs,
    io::Read,
    process::{Command, Stdio},
};

use wasmelt_targets::Architecture;

use crate::support::{Finished, Project, targets_to_run};

/// Writes a byte and then waits for its standard input to end: whoever has read the byte knows that the guest runs.
const WAITING: &[u8] = br#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\01\00\00\00")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

/// A field of `/proc/PID/status` while the guest of a program that was built with `options` runs.
fn status_of_running(options: &[&str], field: &str) -> String {
    let project = Project::new(&[]);
    project.write("waiting.wat", WAITING);
    project.wasmelt(&[&["build", "waiting.wat", "-o", "app"], options].concat()).succeeded();
    let mut command: Command = project.other_command(project.path("app"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let value = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    value.trim().to_owned()
}

#[test]
fn a_running_guest_is_behind_a_filter_unless_the_sandbox_is_off() {
    if Architecture::host().is_none() {
        return;
    }
    for (options, expected) in
        [(&[][..], "1"), (&["--dir", "."], "1"), (&["--require-sandbox"], "1"), (&["--sandbox", "off"], "0")]
    {
        assert_eq!(status_of_running(options, "NoNewPrivs:"), expected, "{options:?}");
        // 2: by a filter.
        let filter = if expected == "1" { "2" } else { "0" };
        assert_eq!(status_of_running(options, "Seccomp:"), filter, "{options:?}");
    }
}

#[test]
fn an_emulator_lacks_the_sandbox_and_the_program_runs_unless_it_requires_it() {
    for target in targets_to_run().into_iter().filter(|target| Architecture::host() != Some(target.architecture)) {
        let project = Project::new(&["hello.wat"]);
        let run = |options: &[&str]| -> Finished {
            project.wasmelt(&[&["run", "hello.wat", "--target", &target.to_string()], options].concat())
        };
        run(&[]).succeeded();
        let mut audited = project.command(&["run", "hello.wat", "--target", &target.to_string()]);
        let told = Finished::of(audited.env("WASMELT_AUDIT", "stderr")).succeeded().stderr;
        assert_eq!(told, "{\"event\":\"unconfined\",\"lacking\":\"seccomp\"}\n");
        let mut confined = project.command(&["run", "hello.wat"]);
        assert_eq!(Finished::of(confined.env("WASMELT_AUDIT", "stderr")).succeeded().stderr, "");
        let refused = run(&["--require-sandbox"]);
        assert_eq!(refused.status, Some(126));
        assert_eq!(
            refused.stderr,
            "wasmelt: cannot start: the program requires its sandbox, and this system lacks seccomp\n"
        );
    }
}
