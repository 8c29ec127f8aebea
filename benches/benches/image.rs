//! How long a program takes until its first instruction, by the size of its memory's initial image: it should not depend
//! on it.

use std::{env, path::Path, time::Duration};

use criterion::Criterion;
use wasmelt_benches::{mark::mark, samples, startup::Candidate};
use wasmelt_driver::{BuildOptions, Silent, Source, build, write_executable};
use wasmelt_targets::{Architecture, Target};

/// 64 KiB to 256 MiB.
const SIZES: [u32; 7] = [1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28];

fn main() {
    let Some(host) = Architecture::host() else {
        return eprintln!("skipped: there are no programs for this machine to measure");
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("first_instruction");
    // Cargo passes `--bench` when it is to measure; otherwise it is enough that the smallest runs.
    let sizes = if env::args().any(|argument| argument == "--bench") { &SIZES[..] } else { &SIZES[..1] };
    for &size in sizes {
        let candidate = candidate(host, size, folder.path());
        group.bench_function(format!("{} KiB", size >> 10), |bencher| {
            bencher.iter_custom(|iterations| (0..iterations).map(|_| first_instruction(&candidate)).sum::<Duration>());
        });
    }
    group.finish();
    criterion.final_summary();
}

fn candidate(host: Architecture, size: u32, folder: &Path) -> Candidate {
    let marked = mark(&samples::image(size).bytes).expect("the sample can be marked");
    let source = Source::from_bytes("image.wasm", marked);
    let executable = build(&source, &BuildOptions::new(Target::baseline(host)), &Silent).expect("the sample builds");
    let path = folder.join(size.to_string());
    write_executable(&path, &executable).expect("the folder can be written to");
    let program = Candidate::new(size.to_string(), path);
    Candidate { marked: Some(program.plain.clone()), ..program }
}

fn first_instruction(candidate: &Candidate) -> Duration {
    let phases = candidate.run_marked().expect("the candidate runs");
    phases.expect("invariant: it is marked").first_instruction
}
