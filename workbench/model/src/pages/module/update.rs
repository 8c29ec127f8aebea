//! Opening a module.

use std::{path::PathBuf, sync::Arc};

use crate::{
    Effect, Generation, Job, State,
    pages::{grants, targets},
};

use super::{Action, Module, Opened, Origin};

pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::EditPath(text) => state.module.path_field = text,
        Action::OpenPath => return open_path(state),
        Action::Open(origin) => return open(state, origin),
    }
    Vec::new()
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

/// Closes what is open and asks for `origin`. A module that is still being opened is forgotten: its report will be of a job
/// that nobody waits for.
fn open(state: &mut State, origin: Origin) -> Vec<Effect> {
    let mut effects = targets::close(state, origin.folder());
    effects.extend(grants::close(state));
    let name = origin.name();
    if let Origin::File(_) = origin {
        state.module.path_field.clone_from(&name);
    }
    let (generation, effect) = state.start(Job::Open { origin });
    state.module.module = Module::Opening { generation, name };
    effects.push(effect);
    effects
}

pub(crate) fn opened(state: &mut State, job: Generation, result: Result<Arc<Opened>, String>) -> Vec<Effect> {
    let module = &mut state.module.module;
    if let Module::Opening { generation, name } = module
        && *generation == job
    {
        *module = match result {
            Ok(opened) => Module::Open(opened),
            Err(text) => Module::Failed { name: std::mem::take(name), text },
        };
    }
    Vec::new()
}
