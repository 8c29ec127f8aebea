//! Opening a module.

use std::sync::Arc;

use crate::{Effect, Generation, ModuleState, Opened, Origin, State};

use super::building;

/// Closes what is open and asks for `origin`. A module that is still being opened is forgotten: its report will be of a job
/// that nobody waits for.
pub(super) fn begin(state: &mut State, origin: Origin) -> Vec<Effect> {
    let mut effects = building::cancel(state);
    state.builds.clear();
    if let Some(folder) = origin.folder() {
        state.output_folder = folder.to_owned();
    }
    let name = origin.name();
    if let Origin::File(_) = origin {
        state.path_field.clone_from(&name);
    }
    let generation = state.next_generation();
    state.module = ModuleState::Opening { generation, name };
    effects.push(Effect::Open { generation, origin });
    effects
}

pub(super) fn end(state: &mut State, job: Generation, result: Result<Arc<Opened>, String>) {
    let ModuleState::Opening { generation, name } = &mut state.module else { return };
    if *generation != job {
        return;
    }
    state.module = match result {
        Ok(opened) => ModuleState::Open(opened),
        Err(text) => ModuleState::Failed { name: std::mem::take(name), text },
    };
}
