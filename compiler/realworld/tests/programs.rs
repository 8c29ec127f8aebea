//! Builds, compiles and executes each program on each target, and compares what it writes.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Duration,
};

use wasmelt_driver::{
    BuildOptions, Runner, Silent, Source, build, is_available,
    policy::{Access, Arguments, Clocks, Directory, Policy, Randomness, Variable},
};
use wasmelt_realworld::{BuildError, Finished, Job, Program, Workshop, run};
use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::skip;

/// A test for each program and architecture.
macro_rules! programs {
    ($($name:ident: $program:expr;)*) => {
        $(mod $name {
            use super::*;

            #[test]
            fn x86_64() {
                execute($program, Architecture::X86_64);
            }

            #[test]
            fn aarch64() {
                execute($program, Architecture::Aarch64);
            }
        })*
    };
}

programs! {
    lua: Program::Lua;
    sqlite: Program::Sqlite;
    quickjs: Program::Quickjs;
    zstd: Program::Zstd;
    rust: Program::Rust;
}

/// A start of a program.
struct Start {
    arguments: &'static [&'static str],
    stdin: &'static str,
    status: i32,
    /// File with the expected output, in the program's folder.
    stdout: &'static str,
    stderr: &'static str,
}

impl Start {
    const fn of(arguments: &'static [&'static str]) -> Start {
        Start { arguments, stdin: "", status: 0, stdout: "expected.stdout", stderr: "" }
    }
}

/// The starts of a program, one after another in the same directory, which is the root of what it sees.
fn starts(program: Program) -> Vec<Start> {
    match program {
        Program::Lua => vec![Start::of(&["script.lua", "argument"])],
        Program::Sqlite => vec![
            Start::of(&["data.db", "script.sql"]),
            Start { stdout: "expected-reopened.stdout", ..Start::of(&["data.db", "reopen.sql"]) },
            Start::of(&[":memory:", "script.sql"]),
        ],
        Program::Quickjs => vec![Start::of(&["script.js"])],
        Program::Zstd => vec![Start::of(&[])],
        Program::Rust => {
            let start = Start::of(&["one", "two three"]);
            vec![Start { stdin: "a\nb\nc", status: 7, stderr: "to standard error\n", ..start }]
        }
    }
}

fn execute(program: Program, architecture: Architecture) {
    let target = Target::baseline(architecture);
    if let Err(problem) = is_available(&target).and(Runner::find(&target).map(|_| ())) {
        return skip(&problem.message);
    }
    let Some(wasm) = wasm(program) else { return };
    let source = Source::read(&wasm).unwrap();
    let options = BuildOptions { policy: policy(), ..BuildOptions::new(target) };
    let executable = build(&source, &options, &Silent)
        .unwrap_or_else(|problems| panic!("{} is not compiled: {problems:#?}", program.name()));

    let directory = tempfile::tempdir().unwrap();
    copy_scripts(&program.folder(), directory.path());
    for start in starts(program) {
        let finished = run(&Job {
            executable: &executable,
            target,
            arguments: start.arguments,
            stdin: start.stdin.as_bytes(),
            directory: directory.path(),
            timeout: Duration::from_secs(300),
        });
        compare(&start, &finished.unwrap(), &program.folder());
    }
}

/// The program's WebAssembly file, or none if a tool to build it is missing.
fn wasm(program: Program) -> Option<PathBuf> {
    static WORKSHOP: LazyLock<Workshop> = LazyLock::new(|| Workshop::new(env!("CARGO_TARGET_TMPDIR").into()));
    match WORKSHOP.build(program) {
        Ok(wasm) => Some(wasm),
        Err(BuildError::Missing(reason)) => {
            skip(&reason);
            None
        }
        Err(BuildError::Failed(message)) => panic!("{message}"),
    }
}

/// Working directory, arguments, one variable, clocks and random bytes.
fn policy() -> Policy {
    Policy {
        arguments: Arguments { fixed: Vec::new(), inherit: true },
        environment: vec![Variable::literal("GRANTED", "yes").unwrap()],
        directories: vec![Directory::new(".", "/", Access::ReadWrite).unwrap()],
        clocks: Clocks::Exact,
        randomness: Randomness::Real,
        ..Policy::default()
    }
}

fn copy_scripts(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| ["lua", "sql", "js"].map(AsRef::as_ref).contains(&extension)) {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

fn compare(start: &Start, finished: &Finished, folder: &Path) {
    let expected = fs::read_to_string(folder.join(start.stdout)).unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&finished.stdout), String::from_utf8_lossy(&finished.stderr));
    assert_eq!((finished.status, &*stderr), (start.status, start.stderr), "{:?} wrote {stdout}", start.arguments);
    if stdout != expected {
        let differs = stdout.lines().zip(expected.lines()).position(|(actual, expected)| actual != expected);
        panic!("{:?}: output differs from line {:?} on:\n{stdout}", start.arguments, differs.map(|line| line + 1));
    }
}
