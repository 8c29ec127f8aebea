//! Random programs that throw and catch, in both encodings of exceptions, do what a model of them says, on both targets.
//!
//! Every program keeps an account of what it does: a number into which each step is mixed. The model, an interpreter of the
//! programs' own structure, has the same account in the end or the translation of one of the steps is wrong.

#[path = "../targets/mod.rs"]
mod targets;

mod generator;
mod model;
mod program;
mod text;

use targets::target;
use wasmelt_targets::Architecture;
use wasmelt_wast::{Options, run_texts};

/// Programs a run.
const PROGRAMS: u64 = 200;
/// Programs a script.
const PER_SCRIPT: usize = 50;
/// What each program is called with.
const ARGUMENTS: std::ops::Range<u32> = 0..4;

#[test]
fn random_exceptions_on_x86_64() {
    run(Architecture::X86_64);
}

#[test]
fn random_exceptions_on_aarch64() {
    run(Architecture::Aarch64);
}

fn run(architecture: Architecture) {
    let Some(target) = target(architecture) else { return };
    let programs: Vec<String> = (0..PROGRAMS).map(script).collect();
    let scripts: Vec<(String, String)> = programs
        .chunks(PER_SCRIPT)
        .enumerate()
        .map(|(at, programs)| (format!("{at}.wast"), programs.concat()))
        .collect();
    let texts: Vec<(String, &str)> = scripts.iter().map(|(name, text)| (name.clone(), text.as_str())).collect();
    let report = run_texts(&texts, &Options::new(target)).expect("the emulator is there");
    let expected = (0, 0, scripts.iter().map(|(_, text)| text.matches("(assert_return").count()).sum::<usize>());
    let modules = programs.len();
    assert_eq!((report.failed(), report.skipped(), report.passed() - modules), expected, "{report}");
}

/// The program of `seed` and what it has to return.
fn script(seed: u64) -> String {
    let program = generator::program(seed);
    let assertions = ARGUMENTS.filter_map(|argument| Some((argument, model::run(&program, argument)?)));
    let assertions = assertions.map(|(argument, account)| {
        format!("(assert_return (invoke \"run\" (i32.const {argument})) (i32.const {account})) ;; seed {seed}\n")
    });
    text::module(&program) + &assertions.collect::<String>()
}
