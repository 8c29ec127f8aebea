//! Building the open module, one target after the other: a build keeps all processors busy on its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use wasmelt_driver::Stage;
use wasmelt_targets::Target;

use crate::{Artifact, BuildEvent, Effect, Generation, Job, State, pages::module::Opened};

use super::{Action, Build, BuildStatus, StageTimes};

pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Tick { cell, ticked } => tick(state, cell, ticked),
        Action::EditOutputFolder(text) => state.targets.output_folder = PathBuf::from(text),
        Action::Build => return begin(state),
        Action::Cancel => return cancel(state),
    }
    Vec::new()
}

pub(crate) fn report(state: &mut State, job: Generation, event: BuildEvent) -> Vec<Effect> {
    let Some(build) = build_of(state, job) else { return Vec::new() };
    match event {
        BuildEvent::StageBegan(stage) => build.stages.current = Some(stage),
        BuildEvent::StageEnded(stage, elapsed) => stage_ended(build, stage, elapsed),
        BuildEvent::Compiled { done, total } => compiled(build, done, total),
        BuildEvent::Ended(result) => {
            build.status = status_of(result);
            return start_next(state);
        }
    }
    Vec::new()
}

/// Another module is opened: forgets the builds. Its executables go to `folder`, if it lies in one.
pub(crate) fn close(state: &mut State, folder: Option<&Path>) -> Vec<Effect> {
    let effects = cancel(state);
    state.targets.builds.clear();
    if let Some(folder) = folder {
        state.targets.output_folder = folder.to_owned();
    }
    effects
}

fn tick(state: &mut State, cell: usize, ticked: bool) {
    if let Some(cell) = state.targets.cells.get_mut(cell) {
        cell.ticked = ticked && cell.unavailable.is_none();
    }
}

/// Starts to build for the ticked targets, unless that is going on already.
fn begin(state: &mut State) -> Vec<Effect> {
    let Some(opened) = state.module.opened() else { return Vec::new() };
    if state.targets.running().is_some() {
        return Vec::new();
    }
    let targets = state.targets.cells.iter().filter(|cell| cell.ticked).map(|cell| cell.target);
    state.targets.builds = targets
        .map(|target| Build {
            target,
            output: state.targets.output_folder.join(output_name(opened, &target)),
            stages: StageTimes::default(),
            status: BuildStatus::Waiting,
        })
        .collect();
    start_next(state)
}

/// Cancels what is not done; the running job is told.
fn cancel(state: &mut State) -> Vec<Effect> {
    let running = state.targets.running().map(|(_, generation)| Effect::Cancel { generation });
    for build in &mut state.targets.builds {
        if matches!(build.status, BuildStatus::Waiting | BuildStatus::Running { .. }) {
            build.status = BuildStatus::Cancelled;
        }
    }
    running.into_iter().collect()
}

fn stage_ended(build: &mut Build, stage: Stage, elapsed: Duration) {
    build.stages.current = None;
    build.stages.ended.push((stage, elapsed));
}

/// Reports come from many threads: a late one does not take back what an earlier one said.
fn compiled(build: &mut Build, done: usize, total: usize) {
    let most = build.stages.compiled.map_or(done, |(before, _)| before.max(done));
    build.stages.compiled = Some((most, total));
}

fn status_of(result: Result<Artifact, String>) -> BuildStatus {
    match result {
        Ok(artifact) => BuildStatus::Done(artifact),
        Err(text) => BuildStatus::Failed { text },
    }
}

/// Starts the first build that waits. Nothing is running.
fn start_next(state: &mut State) -> Vec<Effect> {
    let Some(opened) = state.module.opened() else { return Vec::new() };
    let source = Arc::clone(&opened.source);
    let Some(at) = state.targets.builds.iter().position(|build| build.status == BuildStatus::Waiting) else {
        return Vec::new();
    };
    let build = &state.targets.builds[at];
    let job = Job::Build { source, target: build.target, output: build.output.clone() };
    let (generation, effect) = state.start(job);
    state.targets.builds[at].status = BuildStatus::Running { generation };
    vec![effect]
}

/// The build that `job` works on, if it is still wanted.
fn build_of(state: &mut State, job: Generation) -> Option<&mut Build> {
    let (at, generation) = state.targets.running()?;
    (generation == job).then(|| &mut state.targets.builds[at])
}

/// `<stem>-<platform>[-<level>]`, as `wasmelt build` names the executables for several targets. The platform makes it
/// another name than the module's own.
fn output_name(opened: &Opened, target: &Target) -> PathBuf {
    let file = Path::new(&opened.source.file_name);
    let mut name = file.file_stem().unwrap_or(file.as_os_str()).to_owned();
    name.push(format!("-{target}").replace(':', "-"));
    PathBuf::from(name)
}
