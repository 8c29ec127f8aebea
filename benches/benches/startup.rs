//! How long programs take that do next to nothing, from spawn to exit: hello as built here, and the floor; and what the
//! kernel's sandbox adds, without directories, with some that are of no use to the program, and with some that it uses.

use std::{env, fs, ops::ControlFlow, path::Path, time::Duration};

use criterion::Criterion;
use wasmelt_benches::{
    floor,
    machine::Pinned,
    samples,
    startup::{Candidate, PageCache, Plan, measure},
};
use wasmelt_driver::{
    BuildOptions, Diagnostic, Sandbox, Silent, Source, build,
    policy::{Access, Directory, Policy},
    write_executable,
};
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

/// How many directories several are.
const SEVERAL: usize = 4;

/// What is measured with the sandbox and without it: a name, the program, and how many directories it is granted.
fn programs() -> [(&'static str, Source, usize); 4] {
    [
        ("hello", samples::hello(), 0),
        ("hello, a directory", samples::hello(), 1),
        ("look, a directory", samples::look(), 1),
        ("look, several", samples::look(), SEVERAL),
    ]
}

/// The programs, the floor first: ratios are to it. Each without the sandbox, which is called `bare`, comes before itself.
fn candidates(host: Architecture, folder: &Path) -> Result<Vec<Candidate>, Vec<Diagnostic>> {
    let mut candidates = vec![candidate("floor", &floor::executable(host), folder)?];
    for (name, source, directories) in programs() {
        let mut policy = Policy::default();
        granted(folder, directories).for_each(|directory| policy.grant_directory(directory));
        for (name, sandbox) in [(format!("bare {name}"), Sandbox::Off), (name.to_owned(), Sandbox::On)] {
            let options = BuildOptions { sandbox, policy: policy.clone(), ..BuildOptions::new(Target::baseline(host)) };
            candidates.push(candidate(&name, &build(&source, &options, &Silent)?, folder)?);
        }
    }
    Ok(candidates)
}

/// Directories to be granted, which are there.
fn granted(folder: &Path, count: usize) -> impl Iterator<Item = Directory> {
    (0..count).map(move |number| {
        let path = folder.join(format!("granted-{number}"));
        fs::create_dir_all(&path).expect("a directory can be made");
        let path = path.to_str().expect("invariant: a temporary folder has a plain name");
        Directory::new(path, path, Access::ReadWrite).expect("invariant: the path is not empty")
    })
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
    let _pinned = Pinned::here();
    let rows = measure(candidates, &plan(), &mut |_| ControlFlow::Continue(())).expect("the candidates run");
    println!(
        "{:24} {:>12} {:>12} {:>12} {:>10} {:>13} {:>15}",
        "in turn", "min", "median", "p99", "min ratio", "median ratio", "sandbox, median"
    );
    let medians: Vec<Duration> = rows.iter().map(|row| row.total.summary.median).collect();
    for (number, row) in rows.iter().enumerate() {
        let (summary, ratio) = (row.total.summary, row.total.to_first.expect("the first has samples"));
        let microseconds = |span: Duration| format!("{:.1} µs", span.as_secs_f64() * 1e6);
        println!(
            "{:24} {:>12} {:>12} {:>12} {:>10.3} {:>13.3} {:>15}",
            row.name,
            microseconds(summary.minimum),
            microseconds(summary.median),
            microseconds(summary.p99),
            ratio.minimum,
            ratio.median,
            // Candidates with the sandbox have even numbers, and follow themselves without it.
            match number {
                2.. if number % 2 == 0 => difference(medians[number], medians[number - 1]),
                _ => String::new(),
            }
        );
    }
}

fn difference(one: Duration, other: Duration) -> String {
    format!("{:+.1} µs", (one.as_secs_f64() - other.as_secs_f64()) * 1e6)
}

/// Cargo passes `--bench` when it is to measure; otherwise (`cargo test`) it is enough that everything runs.
fn plan() -> Plan {
    match env::args().any(|argument| argument == "--bench") {
        true => Plan { warm_up: 20, rounds: 1000, page_cache: PageCache::Warm },
        false => Plan { warm_up: 0, rounds: 1, page_cache: PageCache::Warm },
    }
}
