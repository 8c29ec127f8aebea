//! Measuring the open module, and writing what came of it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use wasmelt_benches::Distribution;

use crate::{CompareEvent, Document, Effect, Generation, Job, State};

use super::{Action, Live, Run, Saved, Settings, Taken};

pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    let page = &mut state.compare;
    match action {
        Action::SetRounds(rounds) => page.settings.rounds = rounds.clamp(1, Settings::MOST_ROUNDS),
        Action::EditNative(text) => page.settings.native = text,
        Action::EditArguments(text) => page.settings.arguments = text,
        Action::EditSearch(text) => page.settings.search = text,
        Action::SetPinned(pinned) => page.settings.pinned = pinned,
        Action::SetCold(cold) => page.settings.cold = cold,
        Action::Show(plot) => page.plot = plot,
        Action::EditFolder(text) => page.folder = Some(text),
        Action::Start => return start(state),
        Action::Stop => return stop(state),
        Action::Export(format) => {
            return export(state, format.extension(), |measured| Document::Report { measured, format });
        }
        Action::ExportPicture(picture) => return export(state, "png", |_| Document::Picture(picture)),
    }
    Vec::new()
}

/// Forgets what is about a module that is no longer open.
pub(crate) fn follow(state: &mut State) -> Vec<Effect> {
    let open = state.module.opened().map(|opened| &opened.source);
    match (state.compare.run.source(), open) {
        (None, _) => Vec::new(),
        (Some(measured), Some(open)) if Arc::ptr_eq(measured, open) => Vec::new(),
        _ => {
            let effects = stop(state);
            state.compare.run = Run::Idle;
            state.compare.saved = None;
            effects
        }
    }
}

pub(crate) fn report(state: &mut State, job: Generation, event: CompareEvent) -> Vec<Effect> {
    let Run::Running(live) = &mut state.compare.run else { return Vec::new() };
    if live.generation != job {
        return Vec::new();
    }
    match event {
        CompareEvent::Stage(stage) => live.stage = stage,
        CompareEvent::Missing(missing) => live.missing = missing,
        CompareEvent::Candidates(names) => {
            live.taken = names.into_iter().map(|name| Taken { name, samples: Vec::new(), shape: None }).collect();
        }
        CompareEvent::Rounds { done, of, totals } => {
            live.rounds = Some((done, of));
            for (taken, samples) in live.taken.iter_mut().zip(totals) {
                taken.samples.extend(samples);
                taken.shape = Distribution::of(&taken.samples);
            }
        }
        CompareEvent::Ended(Ok(Some(measured))) => state.compare.run = Run::Done(measured),
        CompareEvent::Ended(Ok(None)) => state.compare.run = Run::Idle,
        CompareEvent::Ended(Err(text)) => {
            state.compare.run = Run::Failed { source: Arc::clone(&live.source), text };
        }
    }
    Vec::new()
}

/// A file is written, or could not be.
pub(crate) fn saved(state: &mut State, job: Generation, outcome: Result<(), String>) -> Vec<Effect> {
    if let Some(saved) = state.compare.saved.as_mut().filter(|saved| saved.generation == job) {
        saved.outcome = Some(outcome);
    }
    Vec::new()
}

fn start(state: &mut State) -> Vec<Effect> {
    let Some(opened) = state.module.opened() else { return Vec::new() };
    if let Run::Running(_) = state.compare.run {
        return Vec::new();
    }
    let source = Arc::clone(&opened.source);
    let settings = state.compare.settings.clone();
    let (generation, effect) = state.start(Job::Compare { source: Arc::clone(&source), settings });
    state.compare.saved = None;
    state.compare.run = Run::Running(Live {
        generation,
        source,
        stopping: false,
        stage: "starting".to_owned(),
        rounds: None,
        taken: Vec::new(),
        missing: Vec::new(),
    });
    vec![effect]
}

/// The job ends at the next opportunity, and reports what there is.
fn stop(state: &mut State) -> Vec<Effect> {
    match &mut state.compare.run {
        Run::Running(live) if !live.stopping => {
            live.stopping = true;
            vec![Effect::Cancel { generation: live.generation }]
        }
        _ => Vec::new(),
    }
}

fn export(state: &mut State, extension: &str, document: impl FnOnce(Arc<super::Measured>) -> Document) -> Vec<Effect> {
    let Some(measured) = state.compare.run.measured().map(Arc::clone) else { return Vec::new() };
    let file = Path::new(&measured.source.file_name);
    let mut name = file.file_stem().unwrap_or(file.as_os_str()).to_owned();
    name.push(format!("-startup.{extension}"));
    let path = folder(state).join(name);
    let (generation, effect) = state.start(Job::Save { document: document(measured), path: path.clone() });
    state.compare.saved = Some(Saved { generation, path, outcome: None });
    vec![effect]
}

/// The folder that reports are written to.
pub(super) fn folder(state: &State) -> PathBuf {
    let chosen = state.compare.folder.as_ref().map(PathBuf::from);
    chosen.unwrap_or_else(|| state.targets.output_folder.clone())
}
