//! How long the workbench takes for a frame while it works: while it builds and measures, and while it opens a module of
//! 40 MB.
//!
//! ```text
//! cargo bench -p wasmelt-workbench --bench frames
//! ```
//!
//! A frame is everything up to the triangles: input, the model's update, its view, layout, and tessellation; and the tree
//! for screen readers, which a window makes only if one listens. What the graphics card takes is not in it.

use std::{
    fs,
    path::Path,
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
    Action, Page, State,
    pages::{
        compare::{self, Run},
        module::{self, Module, Origin},
        targets::{self, BuildStatus, Cell},
    },
};

/// A frame of a screen with 60 of them in a second.
const FRAME: Duration = Duration::from_micros(16_667);
const MEDIUM: usize = 1 << 20;
const LARGE: usize = 40 << 20;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = start(scratch.path());
    report("idle", &frames(&mut harness, |frames, _| frames >= 120));

    building(&mut harness, scratch.path());

    apply(&mut harness, [Action::Show(Page::Module)]);
    open(&mut harness, &scratch.path().join("large.wasm"), LARGE);
    report("40 MB open", &frames(&mut harness, |frames, _| frames >= 120));
}

fn start(folder: &Path) -> Harness<'static, Workbench> {
    let state = State::new(folder.to_owned(), Cell::all());
    let builder = Harness::builder().with_size(Vec2::new(1100.0, 720.0));
    builder.build_eframe(|creation| Workbench::new(&creation.egui_ctx, state))
}

/// Builds a module for several targets, while the page that compares measures how fast it starts and draws the samples.
fn building(harness: &mut Harness<'_, Workbench>, folder: &Path) {
    open(harness, &folder.join("medium.wasm"), MEDIUM);
    apply(harness, [Action::Show(Page::Compare), Action::Compare(compare::Action::SetRounds(5_000))]);
    apply(harness, [Action::Compare(compare::Action::Start)]);
    frames(harness, |_, state| rounds(state).is_some());
    let before = rounds(harness.state().state());

    let cells = harness.state().state().targets.cells.len();
    let tick = |cell| Action::Targets(targets::Action::Tick { cell, ticked: true });
    apply(harness, (0..cells).step_by(9).map(tick));
    apply(harness, [Action::Targets(targets::Action::Build)]);
    report("building and measuring", &frames(harness, |_, state| is_done(state)));
    let state = harness.state().state();
    println!("  {} builds; measured {:?} to {:?} rounds meanwhile", state.targets.builds.len(), before, rounds(state));
    apply(harness, [Action::Compare(compare::Action::Stop)]);
    frames(harness, |_, state| rounds(state).is_none());
}

/// Writes a module of `bytes` to `file`, and opens it.
fn open(harness: &mut Harness<'_, Workbench>, file: &Path, bytes: usize) {
    fs::write(file, module_of(bytes)).expect("the module is written");
    apply(harness, [Action::Module(module::Action::Open(Origin::File(file.to_owned())))]);
    let is_open = |_, state: &State| !matches!(state.module.module, Module::Opening { .. });
    report(&format!("opening {} MB", bytes >> 20), &frames(harness, is_open));
    assert!(harness.state().state().module.opened().is_some(), "the module did not open");
}

fn apply(harness: &mut Harness<'_, Workbench>, actions: impl IntoIterator<Item = Action>) {
    actions.into_iter().for_each(|action| harness.state_mut().apply(action));
}

/// Rounds that a measurement has taken, while it runs.
fn rounds(state: &State) -> Option<usize> {
    match &state.compare.run {
        Run::Running(live) => live.rounds.map(|(done, _)| done),
        Run::Failed { text, .. } => panic!("{text}"),
        Run::Idle | Run::Done(_) => None,
    }
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

/// A command of `bytes`: functions of 400 bytes, each a hundredth of them exported, and one that does nothing to start with.
fn module_of(bytes: usize) -> Vec<u8> {
    const BODY: usize = 400;
    let count = u32::try_from(bytes / BODY).expect("invariant: far below 2³²");
    let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
    let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
    types.ty().function([ValType::I32], [ValType::I32]);
    types.ty().function([], []);
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
    functions.function(1);
    exports.export("_start", ExportKind::Func, count);
    let mut start = Function::new([]);
    start.instruction(&Instruction::End);
    code.function(&start);
    let mut module = wasm_encoder::Module::new();
    module.section(&types).section(&functions).section(&exports).section(&code);
    module.finish()
}
