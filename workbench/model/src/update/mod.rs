//! The one function that changes the state, without touching anything else.

mod building;
mod opening;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use crate::{Action, Effect, Event, Origin, Report, State};

/// Changes `state` as `action` asks; what is to be done outside of it is returned, to be done in order.
#[must_use]
pub fn update(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::EditPath(text) => state.path_field = text,
        Action::EditOutputFolder(text) => state.output_folder = PathBuf::from(text),
        Action::Tick { cell, ticked } => tick(state, cell, ticked),
        Action::OpenPath => return open_path(state),
        Action::Open(origin) => return opening::begin(state, origin),
        Action::Build => return building::begin(state),
        Action::CancelBuilds => return building::cancel(state),
        Action::Report(report) => return report_of_job(state, report),
    }
    Vec::new()
}

fn tick(state: &mut State, cell: usize, ticked: bool) {
    if let Some(cell) = state.cells.get_mut(cell) {
        cell.ticked = ticked && cell.unavailable.is_none();
    }
}

fn open_path(state: &mut State) -> Vec<Effect> {
    match state.path_field.trim() {
        "" => Vec::new(),
        path => {
            let origin = Origin::File(PathBuf::from(path));
            opening::begin(state, origin)
        }
    }
}

fn report_of_job(state: &mut State, report: Report) -> Vec<Effect> {
    match report.event {
        Event::Opened(result) => opening::end(state, report.generation, result),
        Event::StageBegan(stage) => building::stage_began(state, report.generation, stage),
        Event::Compiled { done, total } => building::compiled(state, report.generation, done, total),
        Event::StageEnded(stage, elapsed) => building::stage_ended(state, report.generation, stage, elapsed),
        Event::Built(result) => return building::end(state, report.generation, result),
    }
    Vec::new()
}
