//! `wasmelt run` in the place of another engine: as Cargo's runner, and with flags in the spelling of wasmtime.

use std::{env, ffi::OsStr, fs, path::Path};

use wasmelt_realworld::{BuildError, WasiRust};
use wasmelt_targets::Architecture;

use crate::support::{Finished, Project};

const CRATE: &str = r#"[package]
name = "tested"
version = "0.1.0"
edition = "2021"
"#;

const TESTS: &str = r#"
#[test]
fn passes() {
    let map: std::collections::HashMap<_, _> = [(1, "one")].into();
    assert_eq!(map[&1], "one");
    println!("what a test prints");
}

#[test]
fn fails() {
    assert!(std::env::var("RUNNER_TEST").is_err(), "the variable is granted");
}

#[test]
fn sees_no_file() {
    assert!(std::fs::read_dir("/").is_err());
}
"#;

#[test]
fn the_tests_of_a_crate_run_through_it() {
    if Architecture::host().is_none() {
        return wasmelt_testing::skip("programs for this machine cannot be built");
    }
    let rust = match WasiRust::find(Path::new(env!("CARGO_TARGET_TMPDIR"))) {
        Ok(rust) => rust,
        Err(BuildError::Missing(reason)) => return wasmelt_testing::skip(&reason),
        Err(BuildError::Failed(message)) => panic!("{message}"),
    };
    let project = Project::new(&[]);
    fs::create_dir(project.path("src")).unwrap();
    project.write("Cargo.toml", CRATE.as_bytes());
    project.write("src/lib.rs", TESTS.as_bytes());
    let suits_cargo = rust.suits_cargo();
    if !suits_cargo {
        compile_tests(&project, &rust);
    }
    let test = |runner: &str, arguments: &[&str]| match suits_cargo {
        true => cargo_test(&project, &rust, runner, arguments),
        // What Cargo does: the runner's words, the file, and the arguments.
        false => {
            let line: Vec<&str> = runner.split(' ').chain(["tests.wasm"]).chain(arguments.iter().copied()).collect();
            Finished::of(project.command(&line).env("RUNNER_TEST", "x"))
        }
    };
    let ran = test("run -S cli", &[]).succeeded();
    assert!(ran.stdout.contains("test result: ok. 3 passed"), "{}", ran.stdout);
    let ran = test("run -S cli", &["--nocapture", "passes"]).succeeded();
    assert!(ran.stdout.contains("what a test prints") && ran.stdout.contains("1 passed"), "{}", ran.stdout);
    let ran = test("run -S cli,inherit-env", &[]);
    // Panics are traps on this target: the test that is granted the variable is the last one.
    assert_ne!(ran.status, Some(0), "{}", ran.stdout);
    assert!(ran.stdout.contains("test fails ... ") && !ran.stdout.contains("fails ... ok"), "{}", ran.stdout);
}

/// Compiles the crate's tests, as Cargo does.
fn compile_tests(project: &Project, rust: &WasiRust) {
    let mut command = project.other_command(&rust.rustc);
    command.args(["--test", "--edition", "2021", "src/lib.rs", "-o", "tests.wasm", "--target", rust.target]);
    command.args(&rust.arguments).envs(rust.environment.clone());
    Finished::of(&mut command).succeeded();
}

fn cargo_test(project: &Project, rust: &WasiRust, runner: &str, arguments: &[&str]) -> Finished {
    let variable = format!("CARGO_TARGET_{}_RUNNER", rust.target.to_uppercase().replace('-', "_"));
    let mut command = project.other_command(env::var_os("CARGO").unwrap_or("cargo".into()));
    command.args(["test", "--lib", "--offline", "--target", rust.target, "--"]).args(arguments);
    command.env(variable, format!("{} {runner}", env!("CARGO_BIN_EXE_wasmelt"))).env("RUSTC", &rust.rustc);
    command.env("CARGO_ENCODED_RUSTFLAGS", rust.arguments.join(OsStr::new("\u{1f}"))).env("RUNNER_TEST", "x");
    command.env("CARGO_TARGET_DIR", project.path("target")).envs(rust.environment.clone());
    Finished::of(&mut command)
}

#[test]
fn flags_are_taken_as_wasmtime_writes_them() {
    if Architecture::host().is_none() {
        return wasmelt_testing::skip("programs for this machine cannot be built");
    }
    let project = Project::new(&["arguments.wat", "environment.wat", "read.wat", "hello.wat"]);
    project.write("data.txt", b"contents");
    project.write("looping.wat", br#"(module (func (export "_start") (loop $l (br $l))))"#);
    assert_eq!(project.wasmelt(&["run", "--dir", ".::/data", "read.wat"]).succeeded().stdout, "contents");
    let shown = project.wasmelt(&["run", "--env", "WASMELT_TEST=x", "environment.wat"]).succeeded().stdout;
    assert_eq!(project.wasmelt(&["run", "environment.wat", "--env", "WASMELT_TEST=x"]).succeeded().stdout, shown);
    let mut inheriting = project.command(&["run", "-Sinherit-env", "environment.wat"]);
    inheriting.env_clear().env("RUNNER_TEST", "x").env("WASMELT_CACHE_DIR", project.cache());
    assert!(Finished::of(&mut inheriting).succeeded().stdout.contains("RUNNER_TEST=x"));
    let behind = project.wasmelt(&["run", "arguments.wat", "--", "--one", "two"]).succeeded().stdout;
    assert_eq!(project.wasmelt(&["run", "arguments.wat", "--one", "two"]).succeeded().stdout, behind);
    assert_eq!(project.wasmelt(&["run", "--strip", "arguments.wat", "--one", "two"]).succeeded().stdout, behind);
    assert_eq!(project.wasmelt(&["run", "-W", "timeout=100ms", "looping.wat"]).status, Some(124));
    assert_eq!(project.wasmelt(&["run", "-W", "max-memory-size=1024", "hello.wat"]).status, Some(126));
    let refused = project.wasmelt(&["run", "-W", "fuel=1", "-S", "http", "hello.wat"]).failed_with(&["E0202", "E0202"]);
    assert!(refused.stderr.contains("`-W fuel=1` cannot be done"), "{}", refused.stderr);
}
