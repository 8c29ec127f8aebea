//! The one function that changes the state, without touching anything else.

use crate::{
    Action, Effect, Event, Report, State,
    pages::{compare, explore, grants, module, targets},
    shell,
};

/// Changes `state` as `action` asks; what is to be done outside of it is returned, to be done in order.
#[must_use]
pub fn update(state: &mut State, action: Action) -> Vec<Effect> {
    let mut effects = act(state, action);
    // Pages that show something of what is open find out for themselves that it is something else now.
    effects.extend(compare::follow(state));
    effects.extend(explore::follow(state));
    effects
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Show(page) => {
            state.page = page;
            Vec::new()
        }
        Action::Shell(action) => shell::update(state, action),
        Action::Module(action) => module::update(state, action),
        Action::Targets(action) => targets::update(state, action),
        Action::Grants(action) => grants::update(state, action),
        Action::Compare(action) => compare::update(state, action),
        Action::Explore(action) => explore::update(state, action),
        Action::Report(report) => report_of_job(state, report),
    }
}

/// Each job belongs to a page, which knows whether it still waits for it.
fn report_of_job(state: &mut State, Report { generation, event }: Report) -> Vec<Effect> {
    match event {
        Event::Opened(result) => module::opened(state, generation, result),
        Event::Build(event) => targets::report(state, generation, event),
        Event::Compare(event) => compare::report(state, generation, event),
        Event::Saved(outcome) => compare::saved(state, generation, outcome),
        Event::Explore(event) => explore::report(state, generation, event),
        Event::Run(event) => grants::report(state, generation, event),
        Event::Exported(result) => targets::exported(state, generation, result),
        Event::Picked { purpose, result } => shell::picked(state, generation, purpose, result),
    }
}
