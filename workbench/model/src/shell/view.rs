//! What there is to draw around the pages.

use serde::Serialize;

use super::{Scale, Theme, command, palette};
use crate::State;

/// What surrounds the pages.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// Light or dark.
    pub theme: Theme,
    /// How large everything is drawn.
    pub scale: Scale,
    /// The palette, if it is open.
    pub palette: Option<PaletteView<'a>>,
    /// What the user should know.
    pub notice: Option<&'a str>,
    /// Whether a dialog is open, so that none else can be.
    pub dialog: bool,
}

/// The palette.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PaletteView<'a> {
    /// What was typed.
    pub query: &'a str,
    /// The commands that match, the best one first.
    pub entries: Vec<EntryView>,
}

/// A command in the palette.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EntryView {
    /// What it does.
    pub title: String,
    /// The keys that do it.
    pub shortcut: Option<String>,
    /// Whether it is chosen.
    pub selected: bool,
}

pub(crate) fn view(state: &State) -> View<'_> {
    let shell = &state.shell;
    let palette = shell.palette.as_ref().map(|palette| {
        let matching = palette::matching(command::commands(state), &palette.query);
        let entry = |(at, command): (usize, command::Command)| EntryView {
            title: command.title.into_owned(),
            shortcut: command.shortcut.map(|shortcut| shortcut.to_string()),
            selected: at == palette.selected,
        };
        PaletteView { query: &palette.query, entries: matching.into_iter().enumerate().map(entry).collect() }
    });
    View {
        theme: shell.theme,
        scale: shell.scale,
        palette,
        notice: shell.notice.as_ref().map(|notice| notice.text.as_str()),
        dialog: shell.dialog.is_some(),
    }
}
