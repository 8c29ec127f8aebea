//! Building the open module, one cell after the other: a build keeps all processors busy on its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use wasmelt_driver::{BuildOptions, Source, Stage};

use crate::{
    Artifact, BuildEvent, Dialog, DialogKind, Effect, Generation, Job, Page, Purpose, State,
    shell::{self, Command, Shortcut},
};

use super::{Action, Build, BuildStatus, Cell, Column, StageTimes, export};

pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Tick { cell, ticked } => tick(state, cell, ticked),
        Action::Clear => state.targets.cells.iter_mut().for_each(|cell| cell.ticked = false),
        Action::EditOutputFolder(text) => state.targets.output_folder = PathBuf::from(text),
        Action::BrowseOutputFolder => return browse(state),
        Action::Build => return begin(state),
        Action::Cancel => return cancel(state),
        Action::Export { build, kind } => return export::begin(state, build, kind),
    }
    Vec::new()
}

/// What can be done about builds from anywhere.
pub(crate) fn commands(state: &State) -> Vec<Command> {
    let action = |action| crate::Action::Targets(action);
    let is_running = state.targets.running().is_some();
    let build = || Command::new("Build", action(Action::Build)).with(Shortcut::control("B"));
    let cancel = || Command::new("Cancel the build", action(Action::Cancel));
    can_build(state).then(build).into_iter().chain(is_running.then(cancel)).collect()
}

/// Whether a build can begin: a module is open, a cell is ticked, and no build is running.
pub(super) fn can_build(state: &State) -> bool {
    let is_ticked = state.targets.cells.iter().any(|cell| cell.ticked);
    state.module.opened().is_some() && is_ticked && state.targets.running().is_none()
}

pub(crate) fn report(state: &mut State, job: Generation, event: BuildEvent) -> Vec<Effect> {
    let Some(build) = build_of(state, job) else { return Vec::new() };
    match event {
        BuildEvent::StageBegan(stage) => build.stages.current = Some(stage),
        BuildEvent::StageEnded(stage, elapsed) => stage_ended(build, stage, elapsed),
        BuildEvent::Compiled { done, total } => compiled(build, done, total),
        BuildEvent::Written(artifact) => build.status = BuildStatus::Comparing { generation: job, artifact },
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
        set_output_folder(state, folder.to_owned());
    }
    effects
}

pub(crate) fn set_output_folder(state: &mut State, folder: PathBuf) {
    state.targets.output_folder = folder;
}

fn tick(state: &mut State, cell: usize, ticked: bool) {
    if let Some(cell) = state.targets.cells.get_mut(cell) {
        cell.ticked = ticked && cell.unavailable.is_none();
    }
}

fn browse(state: &mut State) -> Vec<Effect> {
    let folder = Some(state.targets.output_folder.clone());
    shell::ask(state, Dialog { purpose: Purpose::OutputFolder, kind: DialogKind::Folder, folder })
}

/// Starts to build for the ticked cells, and shows how that goes.
fn begin(state: &mut State) -> Vec<Effect> {
    if !can_build(state) {
        return Vec::new();
    }
    let Some(opened) = state.module.opened() else { return Vec::new() };
    let source = Arc::clone(&opened.source);
    let policy = state.grants.policy();
    let folder = &state.targets.output_folder;
    let ticked = state.targets.cells.iter().filter(|cell| cell.ticked);
    let build = |cell: &Cell| Build {
        source: Arc::clone(&source),
        options: Arc::new(BuildOptions {
            bounds: cell.column.bounds,
            optimization: cell.column.optimization,
            policy: policy.clone(),
            ..BuildOptions::new(cell.target)
        }),
        output: folder.join(output_name(&source, cell)),
        stages: StageTimes::default(),
        status: BuildStatus::Waiting,
        exports: Vec::new(),
    };
    state.targets.builds = ticked.map(build).collect();
    state.page = Page::Targets;
    start_next(state)
}

/// Cancels what is not done; the running job is told. An executable that is only being compared stays.
fn cancel(state: &mut State) -> Vec<Effect> {
    let running = state.targets.running().map(|(_, generation)| Effect::Cancel { generation });
    for build in &mut state.targets.builds {
        match &build.status {
            BuildStatus::Waiting | BuildStatus::Running { .. } => build.status = BuildStatus::Cancelled,
            BuildStatus::Comparing { artifact, .. } => build.status = BuildStatus::Done(artifact.clone()),
            BuildStatus::Done(_) | BuildStatus::Failed { .. } | BuildStatus::Cancelled => (),
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
    let Some(at) = state.targets.builds.iter().position(|build| build.status == BuildStatus::Waiting) else {
        return Vec::new();
    };
    let Build { source, options, output, .. } = &state.targets.builds[at];
    let job = Job::Build { source: Arc::clone(source), options: Arc::clone(options), output: output.clone() };
    let (generation, effect) = state.start(job);
    state.targets.builds[at].status = BuildStatus::Running { generation };
    vec![effect]
}

/// The build that `job` works on, if it is still wanted.
fn build_of(state: &mut State, job: Generation) -> Option<&mut Build> {
    let (at, generation) = state.targets.running()?;
    (generation == job).then(|| &mut state.targets.builds[at])
}

/// `<stem>-<platform>[-<level>][-<bounds>][-<optimisation>]`: as `wasmelt build` names the executables for several targets,
/// with what is not the default behind that. The platform makes it another name than the module's own.
fn output_name(source: &Source, cell: &Cell) -> PathBuf {
    let file = Path::new(&source.file_name);
    let mut name = file.file_stem().unwrap_or(file.as_os_str()).to_owned();
    name.push(format!("-{}", cell.target).replace(':', "-"));
    let (default, column) = (Column::default(), cell.column);
    if column.bounds != default.bounds {
        name.push(format!("-{}", column.names().bounds));
    }
    if column.optimization != default.optimization {
        name.push(format!("-{}", column.names().optimization));
    }
    PathBuf::from(name)
}
