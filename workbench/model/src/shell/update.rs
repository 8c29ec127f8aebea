//! Looks, shortcuts, the palette, dialogs.

use std::path::PathBuf;

use crate::{
    Effect, Generation, Job, State,
    pages::{grants, module, targets},
};

use super::{Action, Dialog, Notice, Palette, PaletteAction, Purpose, Shortcut, command, palette};

pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Theme(theme) => state.shell.theme = theme,
        Action::Zoom(zoom) => state.shell.scale = state.shell.scale.zoomed(zoom),
        Action::Press(shortcut) => return press(state, &shortcut),
        Action::Palette(action) => return update_palette(state, action),
        Action::Dismiss => state.shell.notice = None,
    }
    Vec::new()
}

/// Starts the job that shows `dialog`, unless another one is open: there is one pair of eyes.
pub(crate) fn ask(state: &mut State, dialog: Dialog) -> Vec<Effect> {
    if state.shell.dialog.is_some() {
        return Vec::new();
    }
    let (generation, effect) = state.start(Job::Pick { dialog });
    state.shell.dialog = Some(generation);
    vec![effect]
}

/// A dialog was closed.
pub(crate) fn picked(
    state: &mut State,
    job: Generation,
    purpose: Purpose,
    result: Result<Option<PathBuf>, String>,
) -> Vec<Effect> {
    if state.shell.dialog != Some(job) {
        return Vec::new();
    }
    state.shell.dialog = None;
    match result {
        Ok(Some(path)) => match purpose {
            Purpose::OpenModule => return module::open(state, module::Origin::File(path)),
            Purpose::OutputFolder => targets::set_output_folder(state, path),
            Purpose::GrantFolder => grants::chosen(state, &path),
        },
        Ok(None) => (),
        Err(text) => state.shell.notice = Some(Notice { text }),
    }
    Vec::new()
}

fn press(state: &mut State, shortcut: &Shortcut) -> Vec<Effect> {
    shortcut.command(state).map_or(Vec::new(), |command| crate::update(state, command.action))
}

fn update_palette(state: &mut State, action: PaletteAction) -> Vec<Effect> {
    match (&mut state.shell.palette, action) {
        (None, PaletteAction::Toggle) => state.shell.palette = Some(Palette::default()),
        (None, _) => (),
        (Some(_), PaletteAction::Toggle | PaletteAction::Close) => state.shell.palette = None,
        (Some(palette), PaletteAction::Edit(query)) => *palette = Palette { query, selected: 0 },
        (Some(palette), PaletteAction::Next) => palette.selected += 1,
        (Some(palette), PaletteAction::Previous) => palette.selected = palette.selected.saturating_sub(1),
        (Some(Palette { selected, .. }), PaletteAction::Accept) => {
            let at = *selected;
            return pick(state, at);
        }
        (Some(_), PaletteAction::Pick(at)) => return pick(state, at),
    }
    keep_selection_inside(state);
    Vec::new()
}

/// Does what stands at `at` in the palette, if anything does, and closes it first: the command may be to open it.
fn pick(state: &mut State, at: usize) -> Vec<Effect> {
    let Some(palette) = state.shell.palette.take() else { return Vec::new() };
    let command = palette::matching(command::commands(state), &palette.query).into_iter().nth(at);
    command.map_or(Vec::new(), |command| crate::update(state, command.action))
}

fn keep_selection_inside(state: &mut State) {
    let Some(palette) = &state.shell.palette else { return };
    let last = palette::matching(command::commands(state), &palette.query).len().saturating_sub(1);
    if let Some(palette) = &mut state.shell.palette {
        palette.selected = palette.selected.min(last);
    }
}
