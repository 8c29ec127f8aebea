//! How long the workbench takes for a frame while it works: while it builds and something is measured, and while it opens
//! a module of 40 MB.
//!
//! ```text
//! cargo bench -p wasmelt-workbench --bench frames
//! ```
//!
//! A frame is everything up to the triangles: input, the model's update, its view, layout, and tessellation; and the tree
//! for screen readers, which a window makes only if one listens. What the graphics card takes is not in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use eframe::egui::Vec2;
use egui_kittest::Harness;
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, TypeSection, ValType,
};
use wasmelt_workbench::Workbench;
use wasmelt_workbench_model::{
    Action, State,
    pages::{
        module::{self, Module, Origin, SAMPLES},
        targets::{self, BuildStatus, Cell},
    },
};

/// A frame of a screen with 60 of them in a second.
const FRAME: Duration = Duration::from_micros(16_667);
const LARGE: usize = 40 << 20;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = start(scratch.path());
    report("idle", &frames(&mut harness, |frames, _| frames >= 120));

    building(&mut harness, scratch.path());

    let large = scratch.path().join("large.wasm");
    fs::write(&large, large_module()).expect("the large module is written");
    harness.state_mut().apply(Action::Module(module::Action::Open(Origin::File(large))));
    let is_open = |_, state: &State| !matches!(state.module.module, Module::Opening { .. });
    report("opening 40 MB", &frames(&mut harness, is_open));
    assert!(harness.state().state().module.opened().is_some(), "the large module did not open");
    report("40 MB open", &frames(&mut harness, |frames, _| frames >= 120));
}

fn start(folder: &Path) -> Harness<'static, Workbench> {
    let state = State::new(folder.to_owned(), Cell::all());
    let builder = Harness::builder().with_size(Vec2::new(1100.0, 720.0));
    builder.build_eframe(|creation| Workbench::new(&creation.egui_ctx, state))
}

/// Builds QuickJS, while another thread does what a measurement of start-up does: it starts a program, again and again.
fn building(harness: &mut Harness<'_, Workbench>, folder: &Path) {
    let hello = built(harness, "Hello", folder);
    let quickjs = sample("QuickJS");
    harness.state_mut().apply(Action::Module(module::Action::Open(Origin::Sample(quickjs))));
    frames(harness, |_, state| state.module.opened().is_some());
    harness.state_mut().apply(Action::Targets(targets::Action::Build));

    let (stop, starts) = (AtomicBool::new(false), AtomicUsize::new(0));
    let times = thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let status = Command::new(&hello).stdout(Stdio::null()).status().expect("hello starts");
                assert!(status.success());
                starts.fetch_add(1, Ordering::Relaxed);
            }
        });
        let times = frames(harness, |_, state| is_done(state));
        stop.store(true, Ordering::Relaxed);
        times
    });
    report("building and measuring", &times);
    println!("  programs started meanwhile: {}", starts.into_inner());
}

/// The executable of a sample.
fn built(harness: &mut Harness<'_, Workbench>, title: &str, folder: &Path) -> PathBuf {
    harness.state_mut().apply(Action::Module(module::Action::Open(Origin::Sample(sample(title)))));
    frames(harness, |_, state| state.module.opened().is_some());
    harness.state_mut().apply(Action::Targets(targets::Action::Build));
    frames(harness, |_, state| is_done(state));
    let build = &harness.state().state().targets.builds[0];
    assert!(build.output.starts_with(folder), "{}", build.output.display());
    build.output.clone()
}

fn sample(title: &str) -> &'static module::Sample {
    SAMPLES.iter().find(|sample| sample.title == title).expect("the sample is there")
}

fn is_done(state: &State) -> bool {
    state.targets.builds.iter().all(|build| matches!(build.status, BuildStatus::Done(_)))
}

/// Draws frames, 60 in a second or as many as can be, until `done`; how long each took.
fn frames(harness: &mut Harness<'_, Workbench>, done: impl Fn(usize, &State) -> bool) -> Vec<Duration> {
    let mut times = Vec::new();
    while !done(times.len(), harness.state().state()) {
        let begin = Instant::now();
        harness.step();
        let output = harness.output();
        let triangles = harness.ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
        let elapsed = begin.elapsed();
        assert!(!triangles.is_empty());
        times.push(elapsed);
        thread::sleep(FRAME.saturating_sub(elapsed));
    }
    times
}

fn report(what: &str, times: &[Duration]) {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let milliseconds = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let at = |share: usize| milliseconds(sorted.get((sorted.len() * share / 100).min(sorted.len().saturating_sub(1))));
    let late = times.iter().filter(|&&time| time > FRAME).count();
    println!(
        "{what}: {} frames, median {:.1} ms, p99 {:.1} ms, max {:.1} ms, {late} over {:.1} ms",
        times.len(),
        at(50),
        at(99),
        milliseconds(sorted.last()),
        FRAME.as_secs_f64() * 1e3,
    );
}

/// A module of 40 MB: functions of 400 bytes, each a hundredth of them exported.
fn large_module() -> Vec<u8> {
    const BODY: usize = 400;
    let count = u32::try_from(LARGE / BODY).expect("invariant: far below 2³²");
    let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
    let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
    types.ty().function([ValType::I32], [ValType::I32]);
    for index in 0..count {
        functions.function(0);
        if index % 100 == 0 {
            exports.export(&format!("function_{index}"), ExportKind::Func, index);
        }
        let mut body = Function::new([]);
        body.instruction(&Instruction::LocalGet(0));
        while body.byte_len() < BODY {
            body.instruction(&Instruction::I32Const(1_000_000));
            body.instruction(&Instruction::I32Add);
        }
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut module = wasm_encoder::Module::new();
    module.section(&types).section(&functions).section(&exports).section(&code);
    module.finish()
}
