//! How long programs take that do next to nothing, from spawn to exit: hello as built here, and the floor.

use std::{env, ops::ControlFlow, path::Path, time::Duration};

use criterion::Criterion;
use wasmelt_benches::{
    floor, samples,
    startup::{Candidate, PageCache, Plan, measure},
};
use wasmelt_driver::{BuildOptions, Diagnostic, Sandbox, Silent, build, write_executable};
use wasmelt_targets::{Architecture, Target};

fn main() {
    let Some(host) = Architecture::host() else {
        return eprintln!("skipped: there are no programs for this machine to measure");
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let candidates = match candidates(host, folder.path()) {
        Ok(candidates) => candidates,
        Err(diagnostics) => panic!("the programs to measure cannot be built: {diagnostics:#?}"),
    };
    let mut criterion = Criterion::default().configure_from_args();
    one_by_one(&mut criterion, &candidates);
    criterion.final_summary();
    in_turn(&candidates);
}

/// The programs, the floor first: ratios are to it.
fn candidates(host: Architecture, folder: &Path) -> Result<[Candidate; 3], Vec<Diagnostic>> {
    let hello = |sandbox| {
        let options = BuildOptions { sandbox, ..BuildOptions::new(Target::baseline(host)) };
        build(&samples::hello(), &options, &Silent)
    };
    Ok([
        candidate("floor", &floor::executable(host), folder)?,
        candidate("bare", &hello(Sandbox::Off)?, folder)?,
        candidate("hello", &hello(Sandbox::On)?, folder)?,
    ])
}

fn candidate(name: &str, executable: &[u8], folder: &Path) -> Result<Candidate, Vec<Diagnostic>> {
    let path = folder.join(name);
    write_executable(&path, executable).map_err(|diagnostic| vec![diagnostic])?;
    Ok(Candidate::new(name, path))
}

/// Criterion's own figures, to compare with those it saved earlier.
fn one_by_one(criterion: &mut Criterion, candidates: &[Candidate]) {
    let mut group = criterion.benchmark_group("startup");
    for candidate in candidates {
        group.bench_function(&candidate.name, |bencher| {
            bencher.iter_custom(|iterations| {
                (0..iterations).map(|_| candidate.run().expect("the candidate runs")).sum::<Duration>()
            });
        });
    }
}

/// The comparison: all candidates in one run, in turn. Only that allows to state a ratio.
fn in_turn(candidates: &[Candidate]) {
    let rows = measure(candidates, &plan(), &mut |_| ControlFlow::Continue(())).expect("the candidates run");
    println!(
        "{:10} {:>12} {:>12} {:>12} {:>14} {:>14}",
        "in turn", "min", "median", "p99", "min ratio", "median ratio"
    );
    for row in &rows {
        let (summary, ratio) = (row.total.summary, row.total.to_first.expect("the first has samples"));
        let microseconds = |span: Duration| format!("{:.1} µs", span.as_secs_f64() * 1e6);
        println!(
            "{:10} {:>12} {:>12} {:>12} {:>14.3} {:>14.3}",
            row.name,
            microseconds(summary.minimum),
            microseconds(summary.median),
            microseconds(summary.p99),
            ratio.minimum,
            ratio.median
        );
    }
}

/// Cargo passes `--bench` when it is to measure; otherwise (`cargo test`) it is enough that everything runs.
fn plan() -> Plan {
    match env::args().any(|argument| argument == "--bench") {
        true => Plan { warm_up: 20, rounds: 1000, page_cache: PageCache::Warm },
        false => Plan { warm_up: 0, rounds: 1, page_cache: PageCache::Warm },
    }
}
