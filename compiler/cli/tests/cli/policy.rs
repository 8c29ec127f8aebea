//! Policies: limits, what whoever starts a program takes from it, and what executables tell and can be told of their grants.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use serde_json::Value;
use wasmelt_targets::Architecture;

use crate::support::{Finished, Project, targets_to_run};

const LOOPING: &[u8] = b"(module (func (export \"_start\") (loop $l (br $l))))";

/// Exits with 1 if its memory cannot grow by a page.
const GROWING: &[u8] = br#"(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))))"#;

/// What `wasmelt run` does with a program, for each target that runs here.
fn on_every_target(project: &Project, file: &str, options: &[&str], check: impl Fn(Finished)) {
    for target in targets_to_run() {
        check(project.wasmelt(&[&["run", file, "--target", &target.to_string()], options].concat()));
    }
}

#[test]
fn time_is_limited() {
    let project = Project::new(&[]);
    project.write("looping.wat", LOOPING);
    for (limit, what) in [("wall-time=100ms", "time"), ("cpu-time=100ms", "processor time")] {
        on_every_target(&project, "looping.wat", &["--limit", limit], |ran| {
            assert_eq!(ran.status, Some(124));
            assert_eq!(ran.stderr, format!("wasmelt: limit: the program has used up its {what}\n"));
        });
    }
}

#[test]
fn memory_is_limited() {
    let project = Project::new(&[]);
    project.write("growing.wat", GROWING);
    for (limit, status) in [("memory=128K", 0), ("memory=64K", 1), ("memory=1K", 126)] {
        on_every_target(&project, "growing.wat", &["--limit", limit], |ran| assert_eq!(ran.status, Some(status)));
    }
}

#[test]
fn memories_are_limited_together() {
    let project = Project::new(&[]);
    let two = br#"(module
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory $one (export "memory") 1) (memory $other 1 (pagesize 65536))
      (func (export "_start")
        (if (i32.eq (memory.grow $one (i32.const 1)) (i32.const -1)) (then (call $exit (i32.const 1))))
        (if (i32.ne (memory.grow $other (i32.const 1)) (i32.const -1)) (then (call $exit (i32.const 2))))
        (if (i32.ne (memory.size $other) (i32.const 1)) (then (call $exit (i32.const 3))))))"#;
    project.write("two.wat", two);
    for bounds in ["guard", "explicit"] {
        for (limit, status) in [("memory=192K", 0), ("memory=128K", 1), ("memory=127K", 126), ("memory=256K", 2)] {
            on_every_target(&project, "two.wat", &["--limit", limit, "--bounds", bounds], |ran| {
                assert_eq!(ran.status, Some(status), "{limit}: {}", ran.stderr);
            });
        }
    }
}

#[test]
fn the_stack_is_limited() {
    let project = Project::new(&[]);
    let deep = br#"(module (func $f (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))
      (func (export "_start") (drop (call $f (i32.const 20000)))))"#;
    project.write("deep.wat", deep);
    on_every_target(&project, "deep.wat", &[], |ran| assert_eq!(ran.status, Some(0)));
    for target in targets_to_run() {
        let mut command =
            project.command(&["run", "deep.wat", "--target", &target.to_string(), "--limit", "stack=256K"]);
        // An emulator keeps no limit that is set later: its stack has the size that it is told.
        let ran = Finished::of(command.env("QEMU_STACK_SIZE", "262144"));
        assert_eq!(ran.status, Some(134), "{target}: {}", ran.stderr);
        assert!(ran.stderr.contains("call stack exhausted"), "{target}: {}", ran.stderr);
    }
}

#[test]
fn seeded_bytes_are_the_same_each_time() {
    let project = Project::new(&["random.wat"]);
    on_every_target(&project, "random.wat", &["--allow-random=42"], |ran| assert_eq!(ran.stdout, "folpgchn"));
    let real = || project.wasmelt(&["run", "random.wat", "--allow-random"]).succeeded().stdout;
    assert_ne!(real(), real());
}

#[test]
fn clocks_and_random_bytes_are_denied_unless_they_are_granted() {
    let project = Project::new(&["clock.wat", "random.wat"]);
    on_every_target(&project, "clock.wat", &[], |ran| assert_eq!(ran.status, Some(1)));
    on_every_target(&project, "clock.wat", &["--allow-clock", "--deny-clock"], |ran| assert_eq!(ran.status, Some(1)));
    on_every_target(&project, "clock.wat", &["--allow-clock=coarse"], |ran| assert_eq!(ran.status, Some(0)));
    on_every_target(&project, "clock.wat", &["--allow-clock"], |ran| assert_eq!(ran.status, Some(2)));
    for options in [&[][..], &["--allow-random", "--deny-random"]] {
        on_every_target(&project, "random.wat", options, |ran| assert_eq!(ran.stdout, "aaaaaaaa"));
    }
}

#[test]
fn a_note_tells_of_what_is_imported_and_not_granted() {
    let project = Project::new(&["clock.wat", "random.wat", "environment.wat"]);
    let build =
        |options: &[&str]| project.wasmelt(&[&["build", "clock.wat", "-o", "app"], options].concat()).succeeded();
    let note = "note[E0206]: clock.wat: it imports clock_time_get, which nothing is granted to: calls will fail \
                (--allow-clock)\n";
    assert_eq!(build(&[]).stderr, note);
    // The second time it is not built again.
    for _ in 0..2 {
        assert_eq!(project.wasmelt(&["run", "clock.wat"]).stderr, note);
    }
    assert_eq!(build(&["--quiet"]).stderr, "");
    assert_eq!(build(&["--allow-clock=coarse"]).stderr, "");
    let json = build(&["--message-format", "json"]);
    assert!(
        json.stderr.is_empty() && json.stdout.contains("\"level\":\"note\"") && json.stdout.contains("\"failed\":0")
    );
    let several = ["build", "clock.wat", "random.wat", "environment.wat", "-o", "dist"];
    let told = project.wasmelt(&several).succeeded().stderr;
    let notes = told.lines().filter(|line| line.starts_with("note[E0206]: ")).count();
    assert_eq!((notes, told.contains("\n\n")), (2, false), "{told}");
    assert!(project.wasmelt(&["explain", "E0206"]).succeeded().stdout.contains("notcapable"));
}

/// What the server `file` does on each target, with a client for its one connection.
fn served(file: &str, client: impl Fn(TcpStream) + Sync) {
    let project = Project::new(&[file]);
    for target in targets_to_run() {
        // A port that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let grant = format!("--allow-listen=127.0.0.1:{port}");
        thread::scope(|scope| {
            let program = scope.spawn(|| project.wasmelt(&["run", file, "--target", &target.to_string(), &grant]));
            let stream = (0..500).find_map(|_| {
                thread::sleep(Duration::from_millis(20));
                TcpStream::connect(("127.0.0.1", port)).ok()
            });
            client(stream.unwrap());
            program.join().unwrap().succeeded();
        });
    }
}

#[test]
fn granted_sockets_are_there_from_the_start() {
    assert_eq!(Project::new(&["serve.wat"]).wasmelt(&["run", "serve.wat"]).status, Some(8));
    served("serve.wat", |mut stream| {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!(text, "hi\n");
    });
}

#[test]
fn connections_are_accepted_read_answered_and_shut_down() {
    served("echo.wat", |mut stream| {
        stream.write_all(b"ping").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!(text, "ping");
    });
}

#[test]
fn whoever_starts_a_program_can_take_from_it() {
    for target in targets_to_run() {
        let project = Project::new(&["create.wat", "read.wat"]);
        project.write("data.txt", b"contents");
        let target = target.to_string();
        let denied = |file: &str, denial: &str| {
            let line = ["run", file, "--target", &target, "--dir", ".::/data"];
            Finished::of(project.command(&line).env("WASMELT_DENY", denial))
        };
        for denial in ["write", "write:/data", "write:/data/sub", "read:/data"] {
            assert_ne!(denied("create.wat", denial).status, Some(0), "{denial}");
        }
        assert_eq!(denied("read.wat", "write").succeeded().stdout, "contents");
        assert_eq!(denied("read.wat", "read").status, Some(8));
        let refused = denied("read.wat", "everything");
        assert_eq!((refused.status, refused.stdout.as_str()), (Some(126), ""));
        denied("create.wat", "net,write:/other").succeeded();
    }
}

#[test]
fn grants_are_printed_and_changed_without_compiling() {
    let project = Project::new(&["create.wat", "read.wat", "hello.wat"]);
    project.write("data.txt", b"contents");
    project.wasmelt(&["build", "create.wat", "-o", "app", "--dir", ".::/data"]).succeeded();
    let inspected = project.wasmelt(&["inspect", "app"]).succeeded().stdout;
    assert!(inspected.contains("  reads and writes . as /data\n"), "{inspected}");
    project.wasmelt(&["grant", "app", "--deny-write", "-o", "careful"]).succeeded();
    let json: Value = serde_json::from_str(&project.wasmelt(&["inspect", "careful", "--json"]).stdout).unwrap();
    assert_eq!(json["policy"]["dir"][0]["access"], "read");
    assert_eq!(json["sandbox"], "on");
    let run = |name: &str| Finished::of(&mut project.other_command(project.path(name)));
    if Architecture::host().is_some() {
        assert_ne!(run("careful").status, Some(0));
        run("app").succeeded();
    }
    // What is not linked cannot be granted.
    project.wasmelt(&["build", "read.wat", "-o", "closed"]).succeeded();
    project.wasmelt(&["grant", "closed", "--allow-read=.", "-o", "open"]).failed_with(&["E0202"]);
    project.wasmelt(&["build", "read.wat", "-o", "closed", "--grantable"]).succeeded();
    project.wasmelt(&["grant", "closed", "--allow-read=.", "-o", "open"]).succeeded();
    if Architecture::host().is_some() {
        assert_eq!(run("closed").status, Some(8));
        assert_eq!(run("open").succeeded().stdout, "contents");
    }
    project.write("other", b"\x7fELF, but none of ours");
    project.wasmelt(&["inspect", "other"]).failed_with(&["E0204"]);
}

#[test]
fn denials_explain_themselves() {
    for target in targets_to_run() {
        let project = Project::new(&["create.wat"]);
        let line = ["run", "create.wat", "--target", &target.to_string(), "--dir", ".::/data:ro"];
        let log = project.path("log");
        Finished::of(project.command(&line).env("WASMELT_AUDIT", &log));
        let lines = fs::read_to_string(log).unwrap();
        // An emulator lacks the sandbox, which is told first.
        let mut events = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let event = events.find(|event| event["event"] != "unconfined").unwrap();
        assert_eq!(event["event"], "denied");
        assert_eq!(event["call"], "path_open");
        assert_eq!(event["path"], "/data/new.txt");
        assert_eq!(event["allow"], "--allow-write=/data/new.txt");
    }
}

#[test]
fn a_run_teaches_the_policy_that_it_needed() {
    let project = Project::new(&["read.wat", "create.wat"]);
    project.write("data.txt", b"contents");
    for (file, expected) in [
        ("read.wat", "[[file]]\nhost = \"data.txt\"\nguest = \"/data/data.txt\"\naccess = \"read\"\n"),
        ("create.wat", "[[dir]]\nhost = \".\"\nguest = \"/data\"\naccess = \"write\"\n"),
    ] {
        for target in targets_to_run() {
            let target = target.to_string();
            let learned =
                project.wasmelt(&["learn", file, "--target", &target, "--dir", ".::/data"]).succeeded().stdout;
            assert!(learned.contains(expected) && !learned.contains("clocks"), "{learned}");
            project.write("learned.toml", learned.as_bytes());
            assert!(!project.files().contains(&"new.txt".to_owned()));
            project.wasmelt(&["run", file, "--target", &target, "--policy", "learned.toml"]).succeeded();
            let _ = fs::remove_file(project.path("new.txt"));
        }
    }
}

#[test]
fn a_run_teaches_that_it_needs_clocks_and_random_bytes() {
    let project = Project::new(&["clock.wat", "random.wat"]);
    let learn = |line: &[&str]| project.wasmelt(&[&["learn"], line].concat());
    assert_eq!(learn(&["random.wat"]).succeeded().stdout.lines().next(), Some("random = \"real\""));
    assert_eq!(learn(&["random.wat", "--allow-random=7"]).succeeded().stdout.lines().next(), Some("random = 7"));
    for target in targets_to_run() {
        let learned = learn(&["clock.wat", "--allow-clock=coarse", "--target", &target.to_string()]).succeeded().stdout;
        assert_eq!(learned.lines().next(), Some("clocks = \"coarse\""));
        assert!(learn(&["clock.wat", "--target", &target.to_string()]).stdout.starts_with("clocks = \"exact\"\n"));
    }
    assert!(!learn(&["clock.wat", "--deny-clock"]).stdout.contains("clocks"));
}

#[test]
fn a_run_teaches_nothing_of_what_it_did_not_use() {
    let project = Project::new(&["environment.wat", "hello.wat"]);
    let entries = br#"(module
      (import "wasi_snapshot_preview1" "fd_readdir" (func $list (param i32 i32 i32 i64 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "_start")
        (call $exit (call $list (i32.const 3) (i32.const 64) (i32.const 64) (i64.const 0) (i32.const 0)))))"#;
    project.write("entries.wat", entries);
    for directory in ["listed", "other"] {
        fs::create_dir(project.path(directory)).unwrap();
    }
    project.write("file.txt", b"contents");
    let grants =
        ["--dir", "listed::/", "--dir", "other", "--allow-read=file.txt", "--allow-env=WASMELT_TEST_NOWHERE,A=1"];
    let learn = |file: &str| {
        let learned = project.wasmelt(&[&["learn", file, "--allow-args"], &grants[..]].concat()).succeeded().stdout;
        let policy = learned.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        project.write("learned.toml", learned.as_bytes());
        project.wasmelt(&["run", file, "--policy", "learned.toml"]).succeeded();
        policy
    };
    let streams = |out: bool| format!("[stdio]\nstdin = false\nstdout = {out}\nstderr = false");
    assert_eq!(learn("hello.wat"), streams(true));
    let listed = "[[dir]]\nhost = \"listed\"\nguest = \"/\"\naccess = \"read\"";
    assert_eq!(learn("entries.wat"), format!("{listed}\n{}", streams(false)));
    let environment = learn("environment.wat");
    assert!(environment.starts_with("# Variables are read all at once"), "{environment}");
    assert!(environment.contains("set = { \"A\" = \"1\" }") && !environment.contains("NOWHERE"), "{environment}");
}

#[test]
fn policy_files_are_refused_with_line_and_column() {
    let project = Project::new(&["hello.wat"]);
    project.write("bad.toml", b"clocks = \"exact\"\n[network]\nconnect = [\"*\", \"nowhere\"]\n[limits]\nspeed = 1\n");
    let refused = project.wasmelt(&["run", "hello.wat", "--policy", "bad.toml"]).failed_with(&["E0203", "E0203"]);
    assert!(refused.stderr.contains("bad.toml:3:17") && refused.stderr.contains("bad.toml:5:1"), "{}", refused.stderr);
    project.wasmelt(&["run", "hello.wat", "--policy", "none.toml"]).failed_with(&["E0301"]);
}
