//! Building the open module, one target after the other: a build keeps all processors busy on its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use wasmelt_driver::Stage;
use wasmelt_targets::Target;

use crate::{Artifact, Build, BuildStatus, Effect, Generation, ModuleState, Opened, StageTimes, State};

/// Starts to build for the ticked targets, unless that is going on already.
pub(super) fn begin(state: &mut State) -> Vec<Effect> {
    let ModuleState::Open(opened) = &state.module else { return Vec::new() };
    if state.running().is_some() {
        return Vec::new();
    }
    let targets = state.cells.iter().filter(|cell| cell.ticked).map(|cell| cell.target);
    state.builds = targets
        .map(|target| Build {
            target,
            output: state.output_folder.join(output_name(opened, &target)),
            stages: StageTimes::default(),
            status: BuildStatus::Waiting,
        })
        .collect();
    start_next(state)
}

/// Cancels what is not done; the running job is told.
pub(super) fn cancel(state: &mut State) -> Vec<Effect> {
    let running = state.running().map(|(_, generation)| Effect::Cancel { generation });
    for build in &mut state.builds {
        if matches!(build.status, BuildStatus::Waiting | BuildStatus::Running { .. }) {
            build.status = BuildStatus::Cancelled;
        }
    }
    running.into_iter().collect()
}

pub(super) fn stage_began(state: &mut State, job: Generation, stage: Stage) {
    if let Some(build) = build_of(state, job) {
        build.stages.current = Some(stage);
    }
}

pub(super) fn stage_ended(state: &mut State, job: Generation, stage: Stage, elapsed: Duration) {
    if let Some(build) = build_of(state, job) {
        build.stages.current = None;
        build.stages.ended.push((stage, elapsed));
    }
}

pub(super) fn compiled(state: &mut State, job: Generation, done: usize, total: usize) {
    if let Some(build) = build_of(state, job) {
        // Reports come from many threads: a late one does not take back what an earlier one said.
        let most = build.stages.compiled.map_or(done, |(before, _)| before.max(done));
        build.stages.compiled = Some((most, total));
    }
}

pub(super) fn end(state: &mut State, job: Generation, result: Result<Artifact, String>) -> Vec<Effect> {
    let Some(build) = build_of(state, job) else { return Vec::new() };
    build.status = match result {
        Ok(artifact) => BuildStatus::Done(artifact),
        Err(text) => BuildStatus::Failed { text },
    };
    start_next(state)
}

/// Starts the first build that waits. Nothing is running.
fn start_next(state: &mut State) -> Vec<Effect> {
    let ModuleState::Open(opened) = &state.module else { return Vec::new() };
    let source = Arc::clone(&opened.source);
    let Some(at) = state.builds.iter().position(|build| build.status == BuildStatus::Waiting) else {
        return Vec::new();
    };
    let generation = state.next_generation();
    let build = &mut state.builds[at];
    build.status = BuildStatus::Running { generation };
    vec![Effect::Build { generation, source, target: build.target, output: build.output.clone() }]
}

/// The build that `job` works on, if it is still wanted.
fn build_of(state: &mut State, job: Generation) -> Option<&mut Build> {
    let (at, generation) = state.running()?;
    (generation == job).then(|| &mut state.builds[at])
}

/// `<stem>-<platform>[-<level>]`, as `wasmelt build` names the executables for several targets. The platform makes it
/// another name than the module's own.
fn output_name(opened: &Opened, target: &Target) -> PathBuf {
    let file = Path::new(&opened.source.file_name);
    let mut name = file.file_stem().unwrap_or(file.as_os_str()).to_owned();
    name.push(format!("-{target}").replace(':', "-"));
    PathBuf::from(name)
}
