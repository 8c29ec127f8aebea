//! How long a program takes until its first instruction, by the size of its memory's initial image: it should not depend
//! on it. And the same for a real program, if a variable names one.

use std::{env, ops::ControlFlow, path::Path, time::Duration};

use criterion::Criterion;
use wasmelt_benches::{
    machine::Pinned,
    mark::mark,
    report, samples,
    startup::{Candidate, PageCache, Plan, measure},
};
use wasmelt_driver::{
    BuildOptions, Silent, Source, build,
    policy::{Clocks, Policy, Randomness},
    write_executable,
};
use wasmelt_targets::{Architecture, Target};

/// 64 KiB to 256 MiB.
const SIZES: [u32; 7] = [1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28];

/// That of a large interpreter: what is compared with hello.
const LARGE: u32 = 40 << 20;

/// Names a module to compare as well.
const REAL: &str = "WASMELT_BENCH_MODULE";

fn main() {
    let Some(host) = Architecture::host() else {
        return eprintln!("skipped: there are no programs for this machine to measure");
    };
    // Cargo passes `--bench` when it is to measure; otherwise (`cargo test`) it is enough that the smallest runs.
    let measures = env::args().any(|argument| argument == "--bench");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut criterion = Criterion::default().configure_from_args();
    one_by_one(&mut criterion, host, if measures { &SIZES } else { &SIZES[..1] }, folder.path());
    criterion.final_summary();
    in_turn(host, measures, folder.path());
}

/// Criterion's own figures, to compare with those it saved earlier.
fn one_by_one(criterion: &mut Criterion, host: Architecture, sizes: &[u32], folder: &Path) {
    let mut group = criterion.benchmark_group("first_instruction");
    for &size in sizes {
        let candidate = candidate(host, &size.to_string(), &samples::image(size), folder);
        group.bench_function(format!("{} KiB", size >> 10), |bencher| {
            bencher.iter_custom(|iterations| (0..iterations).map(|_| first_instruction(&candidate)).sum::<Duration>());
        });
    }
    group.finish();
}

/// The comparison with hello, in one run and in turn. Only that allows to state a ratio.
fn in_turn(host: Architecture, measures: bool, folder: &Path) {
    let (rounds, size) = if measures { (500, LARGE) } else { (1, SIZES[0]) };
    let image = samples::image(size);
    let mut candidates = vec![
        candidate(host, "hello", &binary(&samples::hello()), folder),
        candidate(host, &format!("image {} MiB", size >> 20), &image, folder),
    ];
    if let Some(path) = env::var_os(REAL) {
        let source = Source::read(Path::new(&path)).expect("the module can be read");
        candidates.push(candidate(host, "real", &binary(&source), folder));
    }
    let plan = Plan { warm_up: rounds / 50, rounds, page_cache: PageCache::Warm };
    let _pinned = Pinned::here();
    let rows = measure(&candidates, &plan, &mut |_| ControlFlow::Continue(())).expect("the candidates run");
    let lines = report::in_turn(&rows, |row| row.first_instruction.as_ref());
    lines.iter().for_each(|line| println!("{line}"));
}

fn binary(source: &Source) -> Source {
    let bytes = source.to_binary().expect("the module can be assembled");
    Source::from_bytes("module.wasm", bytes)
}

fn candidate(host: Architecture, name: &str, module: &Source, folder: &Path) -> Candidate {
    let marked = mark(&module.bytes).expect("the module can be marked");
    let source = Source::from_bytes("module.wasm", marked);
    // What interpreters ask for when they start; the others import none of it.
    let policy = Policy { clocks: Clocks::Exact, randomness: Randomness::Real, ..Policy::default() };
    let options = BuildOptions { policy, ..BuildOptions::new(Target::baseline(host)) };
    let executable = build(&source, &options, &Silent).expect("the module builds");
    let path = folder.join(name);
    write_executable(&path, &executable).expect("the folder can be written to");
    let program = Candidate::new(name, path);
    Candidate { marked: Some(program.plain.clone()), ..program }
}

fn first_instruction(candidate: &Candidate) -> Duration {
    let phases = candidate.run_marked().expect("the candidate runs");
    phases.expect("invariant: it is marked").first_instruction
}
