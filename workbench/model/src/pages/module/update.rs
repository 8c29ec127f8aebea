//! Opening a module.

use std::{path::PathBuf, sync::Arc};

use crate::{
    Dialog, DialogKind, Effect, Generation, Job, Page, Purpose, State,
    pages::{grants, targets},
    shell::{self, Command, Shortcut},
};

use super::{Action, Module, Opened, Origin, SAMPLES};

pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::EditPath(text) => state.module.path_field = text,
        Action::OpenPath => return open_path(state),
        Action::Browse => return browse(state),
        Action::Open(origin) => return open(state, origin),
        Action::Close => return close(state),
    }
    Vec::new()
}

/// What can be done about modules from anywhere.
pub(crate) fn commands(state: &State) -> Vec<Command> {
    let action = |action| crate::Action::Module(action);
    let mut commands = vec![Command::new("Open a file…", action(Action::Browse)).with(Shortcut::control("O"))];
    if !matches!(state.module.module, Module::Empty) {
        commands.push(Command::new("Close the module", action(Action::Close)));
    }
    let open = |origin| action(Action::Open(origin));
    let samples = SAMPLES
        .iter()
        .map(|sample| Command::new(format!("Open sample: {}", sample.title), open(Origin::Sample(sample))));
    let recent = state
        .module
        .recent
        .paths()
        .iter()
        .map(|path| Command::new(format!("Open again: {}", path.display()), open(Origin::File(path.clone()))));
    commands.extend(samples.chain(recent));
    commands
}

fn open_path(state: &mut State) -> Vec<Effect> {
    match state.module.path_field.trim() {
        "" => Vec::new(),
        path => {
            let origin = Origin::File(PathBuf::from(path));
            open(state, origin)
        }
    }
}

fn browse(state: &mut State) -> Vec<Effect> {
    let folder = state.module.opened().and_then(|opened| Some(opened.path.as_ref()?.parent()?.to_owned()));
    shell::ask(state, Dialog { purpose: Purpose::OpenModule, kind: DialogKind::OpenFile, folder })
}

/// Closes what is open and asks for `origin`. A module that is still being opened is forgotten: its report will be of a job
/// that nobody waits for.
pub(crate) fn open(state: &mut State, origin: Origin) -> Vec<Effect> {
    let mut effects = targets::close(state, origin.folder());
    effects.extend(grants::close(state));
    if let Origin::File(_) = origin {
        state.module.path_field = origin.name();
    }
    let (generation, effect) = state.start(Job::Open { origin: origin.clone() });
    state.module.module = Module::Opening { generation, origin };
    effects.push(effect);
    effects
}

fn close(state: &mut State) -> Vec<Effect> {
    let effects = targets::close(state, None);
    state.module.module = Module::Empty;
    state.module.path_field.clear();
    state.page = Page::Module;
    effects
}

/// The job that opens has ended. A file becomes the latest of the recent ones, or none of them if it cannot be opened.
pub(crate) fn opened(state: &mut State, job: Generation, result: Result<Arc<Opened>, String>) -> Vec<Effect> {
    let module = &mut state.module;
    let Module::Opening { generation, origin } = &module.module else { return Vec::new() };
    if *generation != job {
        return Vec::new();
    }
    module.module = match result {
        Ok(opened) => {
            if let Some(path) = &opened.path {
                module.recent.add(path.clone());
            }
            Module::Open(opened)
        }
        Err(text) => {
            if let Origin::File(path) = origin {
                module.recent.remove(path);
            }
            Module::Failed { name: origin.name(), text }
        }
    };
    Vec::new()
}
