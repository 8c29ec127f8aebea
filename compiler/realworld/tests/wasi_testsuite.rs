//! The WASI test suite's programs for preview 1, as described in its `doc/specification.md`.
//!
//! The suite is looked for in `../shared/wasi-testsuite` next to the checkout, or where `WASI_TESTSUITE` says; without it
//! there is nothing to run. Known failures stand in `wasi-ledger.txt`.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;
use wasmelt_driver::{
    BuildOptions, Runner, Silent, Source, build, is_available,
    policy::{Access, Arguments, Clocks, Directory, Policy, Randomness, Text, Variable},
};
use wasmelt_realworld::{Job, find_suite, run};
use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::{Ledger, skip};

#[test]
fn preview_1_on_x86_64() {
    run_suite(Architecture::X86_64);
}

#[test]
fn preview_1_on_aarch64() {
    run_suite(Architecture::Aarch64);
}

/// What a program is given, and what is expected of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Specification {
    args: Vec<String>,
    env: BTreeMap<String, String>,
    root: Option<PathBuf>,
    exit_code: i32,
    stdout: Option<String>,
    stderr: Option<String>,
}

fn run_suite(architecture: Architecture) {
    let target = Target::baseline(architecture);
    if let Err(problem) = is_available(&target).and(Runner::find(&target).map(|_| ())) {
        return skip(&problem.message);
    }
    let Some(suite) = find_suite("WASI_TESTSUITE", "wasi-testsuite") else {
        return eprintln!("skipped: there is no WASI test suite in ../shared, and WASI_TESTSUITE names none");
    };
    let programs = programs(&suite);
    assert!(!programs.is_empty(), "{} holds no programs for wasm32-wasip1", suite.display());

    let names = programs.iter().map(|(name, _)| name.clone());
    let failures = programs.iter().filter_map(|(name, wasm)| Some((name.clone(), check(wasm, target).err()?)));
    let failures: BTreeMap<String, String> = failures.collect();
    let ledger = Ledger::parse(include_str!("wasi-ledger.txt")).for_platform(target.platform());
    ledger.compare(names, &failures);
}

/// The programs' names, `LANGUAGE/NAME`, and files.
fn programs(suite: &Path) -> Vec<(String, PathBuf)> {
    let mut programs = Vec::new();
    for language in ["assemblyscript", "c", "rust"] {
        let folder = suite.join("tests").join(language).join("testsuite/wasm32-wasip1");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "wasm") {
                programs.push((format!("{language}/{}", path.file_stem().unwrap().display()), path));
            }
        }
    }
    programs.sort();
    programs
}

fn check(wasm: &Path, target: Target) -> Result<(), String> {
    let specification: Specification = match fs::read(wasm.with_extension("json")) {
        Ok(json) => serde_json::from_slice(&json).map_err(|error| error.to_string())?,
        Err(_) => Specification::default(),
    };
    // The programs change their directory, and the suite may be read-only.
    let directory = tempfile::tempdir().unwrap();
    if let Some(root) = &specification.root {
        copy_directory(&wasm.with_file_name("").join(root), directory.path());
    }

    let options = BuildOptions { policy: policy(&specification), ..BuildOptions::new(target) };
    let executable = build(&Source::read(wasm).unwrap(), &options, &Silent)
        .map_err(|problems| problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("; "))?;
    let finished = run(&Job {
        executable: &executable,
        target,
        arguments: &[],
        stdin: b"",
        directory: directory.path(),
        timeout: Duration::from_secs(60),
    });
    let finished = finished.map_err(|error| error.to_string())?;

    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&finished.stdout), text(&finished.stderr));
    let as_expected = |actual: &str, expected: &Option<String>| expected.as_ref().is_none_or(|text| actual == text);
    let good = finished.status == specification.exit_code
        && as_expected(&stdout, &specification.stdout)
        && as_expected(&stderr, &specification.stderr);
    if good { Ok(()) } else { Err(format!("status {}, wrote {stdout:?} and {stderr:?}", finished.status)) }
}

fn policy(specification: &Specification) -> Policy {
    let fixed = specification.args.iter().map(|argument| Text::try_from(argument.as_str()).unwrap()).collect();
    let variables = specification.env.iter().map(|(name, value)| Variable::literal(name, value).unwrap());
    let root = specification.root.iter().map(|_| Directory::new(".", "/", Access::ReadWrite).unwrap());
    Policy {
        arguments: Arguments { fixed, inherit: false },
        environment: variables.collect(),
        directories: root.collect(),
        clocks: Clocks::Exact,
        randomness: Randomness::Real,
        ..Policy::default()
    }
}

/// Copies what `from` holds to `to`, without permissions.
fn copy_directory(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&to).unwrap();
            copy_directory(&from, &to);
        } else {
            fs::write(&to, fs::read(&from).unwrap()).unwrap();
        }
    }
}
