//! The benchmark programs of the Sightglass suite: that they run, and write what they should. How fast, is asked elsewhere.
//!
//! The suite is looked for in `../shared/sightglass` next to the checkout, or where `SIGHTGLASS` says; without it there is
//! nothing to run. Known failures stand in `sightglass-ledger.txt`.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use wasmelt_abi::find_host_function;
use wasmelt_driver::{
    BuildOptions, Diagnostic, Module, ProgramBuilder, Runner, build_program, is_available,
    policy::{Access, Clocks, Directory, Policy, Randomness},
};
use wasmelt_realworld::{Finished, Job, find_suite, run};
use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::{Ledger, skip};

#[test]
fn benchmarks_on_x86_64() {
    run_suite(Architecture::X86_64);
}

#[test]
fn benchmarks_on_aarch64() {
    run_suite(Architecture::Aarch64);
}

/// What the programs import to bracket the measured part. Here nothing is measured.
const BENCH: &str = r#"(module (func (export "start")) (func (export "end")))"#;

fn run_suite(architecture: Architecture) {
    let target = Target::baseline(architecture);
    if let Err(problem) = is_available(&target).and(Runner::find(&target).map(|_| ())) {
        return skip(&problem.message);
    }
    let Some(suite) = find_suite("SIGHTGLASS", "sightglass") else {
        return eprintln!("skipped: there is no Sightglass suite in ../shared, and SIGHTGLASS names none");
    };
    let programs = programs(&suite);
    assert!(!programs.is_empty(), "{} holds no programs", suite.display());

    let failures = programs.iter().filter_map(|(name, wasm)| Some((name.clone(), check(wasm, target).err()?)));
    let failures: BTreeMap<String, String> = failures.collect();
    let ledger = Ledger::parse(include_str!("sightglass-ledger.txt")).for_platform(target.platform());
    ledger.compare(programs.iter().map(|(name, _)| name.clone()), &failures);
}

/// The programs' names, `FOLDER/NAME`, and files.
fn programs(suite: &Path) -> Vec<(String, PathBuf)> {
    let mut programs = Vec::new();
    for folder in fs::read_dir(suite).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|extension| extension == "wasm") {
                let (folder, name) = (folder.file_name().unwrap(), path.file_stem().unwrap());
                programs.push((format!("{}/{}", folder.display(), name.display()), path));
            }
        }
    }
    programs.sort();
    programs
}

fn check(wasm: &Path, target: Target) -> Result<(), String> {
    let executable = compile(wasm, target)?;
    let finished = run(&Job {
        executable: &executable,
        target,
        arguments: &[],
        stdin: b"",
        directory: wasm.parent().unwrap(),
        timeout: Duration::from_secs(120),
    });
    let finished = finished.map_err(|error| error.to_string())?;
    if finished.status != 0 {
        return Err(format!("status {}: {}", finished.status, String::from_utf8_lossy(&finished.stderr)));
    }
    compare(&finished, wasm)
}

fn compile(wasm: &Path, target: Target) -> Result<Vec<u8>, String> {
    fn first<E>(errors: Vec<E>, message: impl Fn(&E) -> String) -> String {
        errors.first().map(message).unwrap_or_default()
    }
    let parse = |bytes: Vec<u8>| Module::parse("program", bytes).map_err(|errors| first(errors, ToString::to_string));
    let mut builder = ProgramBuilder::new();
    let bench = parse(wat::parse_str(BENCH).unwrap())?;
    let bench = builder.instantiate(Arc::new(bench), find_host_function).unwrap();
    builder.register("bench", bench);
    let program = builder
        .instantiate(Arc::new(parse(fs::read(wasm).unwrap())?), find_host_function)
        .map_err(|errors| first(errors, ToString::to_string))?;
    let entry = builder.command_entry(program).map_err(|error| error.to_string())?;

    // The program reads its input from its own folder, and has no business to write there.
    let directories = vec![Directory::new(".", ".", Access::ReadOnly).unwrap()];
    let (clocks, randomness) = (Clocks::Exact, Randomness::Real);
    let policy = Policy { directories, clocks, randomness, ..Policy::default() };
    let options = BuildOptions { policy, ..BuildOptions::new(target) };
    let message = |problem: &Diagnostic| problem.message.clone();
    build_program(&builder.finish(entry), "program", &options).map_err(|problems| first(problems, message))
}

/// Compares what the program wrote with the files next to it, as far as there are some.
fn compare(finished: &Finished, wasm: &Path) -> Result<(), String> {
    for (stream, actual) in [("stdout", &finished.stdout), ("stderr", &finished.stderr)] {
        let expected = fs::read(wasm.with_extension(format!("{stream}.expected")));
        if expected.is_ok_and(|expected| expected != *actual) {
            return Err(format!("{stream} differs: {:.300}", String::from_utf8_lossy(actual)));
        }
    }
    Ok(())
}
