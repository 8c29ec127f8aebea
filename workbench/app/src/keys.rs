//! Shortcuts: the keys that stand for commands are taken out of the input before any widget sees them.

use eframe::egui::{Context, Event};
use wasmelt_workbench_model::{Action, State, shell};

/// The shortcuts that were pressed, as actions, in order.
pub(crate) fn take(context: &Context, state: &State) -> Vec<Action> {
    let mut pressed = Vec::new();
    context.input_mut(|input| {
        input.events.retain(|event| {
            let shortcut = shortcut(event).filter(|shortcut| shortcut.is_known(state));
            let is_other = shortcut.is_none();
            pressed.extend(shortcut.map(|shortcut| Action::Shell(shell::Action::Press(shortcut))));
            is_other
        });
    });
    pressed
}

fn shortcut(event: &Event) -> Option<shell::Shortcut> {
    match event {
        Event::Key { key, pressed: true, modifiers, .. } if modifiers.command && !modifiers.alt => {
            Some(shell::Shortcut::control(key.name()))
        }
        _ => None,
    }
}
