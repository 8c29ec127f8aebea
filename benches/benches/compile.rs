//! How long the compiler takes: each stage, and the whole build, for every target that it can build for.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use wasmelt_benches::samples;
use wasmelt_driver::{BuildOptions, Observer, Silent, Source, Stage, build, is_available};
use wasmelt_targets::{Architecture, Target};

/// The stages worth a figure of their own; the others are below a microsecond or do not depend on the compiler.
const STAGES: [Stage; 4] = [Stage::Parse, Stage::Compile, Stage::Emit, Stage::Link];

/// Functions in the larger sample.
const MANY: usize = 100;

/// Adds up the time that builds spend in one stage.
struct StageClock {
    stage: Stage,
    nanoseconds: AtomicU64,
}

impl Observer for StageClock {
    fn ended(&self, stage: Stage, elapsed: Duration) {
        if stage == self.stage {
            let nanoseconds = u64::try_from(elapsed.as_nanos()).expect("invariant: no stage takes five centuries");
            self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        }
    }
}

fn compile(criterion: &mut Criterion) {
    let samples = [("hello", samples::hello()), ("many_functions", samples::many_functions(MANY))];
    let targets = Architecture::ALL.map(Target::baseline).into_iter().filter(|target| is_available(target).is_ok());
    for target in targets {
        for (name, source) in &samples {
            let mut group = criterion.benchmark_group(format!("{target}/{name}"));
            group.sample_size(20);
            let options = BuildOptions::new(target);
            for stage in STAGES {
                bench_stage(&mut group, &binary(source), &options, stage);
            }
            bench_whole(&mut group, &binary(source), &options);
        }
    }
}

/// The sample as a binary module, so that assembling the text is no part of any figure.
fn binary(sample: &Source) -> Source {
    let bytes = sample.to_binary().expect("invariant: samples are valid");
    Source::from_bytes(&sample.file_name, bytes)
}

/// The stage's share of whole builds, as the pipeline reports it: stages are not called one by one from outside.
fn bench_stage(group: &mut BenchmarkGroup<'_, WallTime>, source: &Source, options: &BuildOptions, stage: Stage) {
    group.bench_function(stage.to_string(), |bencher| {
        bencher.iter_custom(|iterations| {
            let clock = StageClock { stage, nanoseconds: AtomicU64::default() };
            for _ in 0..iterations {
                black_box(build(source, options, &clock).expect("invariant: samples build"));
            }
            Duration::from_nanos(clock.nanoseconds.into_inner())
        });
    });
}

fn bench_whole(group: &mut BenchmarkGroup<'_, WallTime>, source: &Source, options: &BuildOptions) {
    group.bench_function("whole", |bencher| {
        bencher.iter(|| build(black_box(source), options, &Silent).expect("invariant: samples build"));
    });
}

criterion_group!(benches, compile);
criterion_main!(benches);
