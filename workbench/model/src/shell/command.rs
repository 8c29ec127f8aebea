//! What can be done from anywhere: by a shortcut, or by name in the palette.

use std::{borrow::Cow, fmt};

use super::{Action, PaletteAction, Theme, Zoom};
use crate::{Page, State, pages};

/// Something that can be done now.
#[derive(Clone, Debug)]
pub struct Command {
    /// What it does.
    pub title: Cow<'static, str>,
    /// The keys that do it.
    pub shortcut: Option<Shortcut>,
    /// How it is done.
    pub action: crate::Action,
}

/// Keys that are pressed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// Whether Control is one of them; Command on a Mac.
    pub control: bool,
    /// The other key, as egui names it: `K`, `1`, `Plus`.
    pub key: Cow<'static, str>,
}

impl Shortcut {
    /// Control and `key`.
    pub fn control(key: impl Into<Cow<'static, str>>) -> Shortcut {
        Shortcut { control: true, key: key.into() }
    }

    /// Whether they stand for something that can be done now.
    pub fn is_known(&self, state: &State) -> bool {
        self.command(state).is_some()
    }

    /// What they stand for.
    pub(super) fn command(&self, state: &State) -> Option<Command> {
        let key = match &*self.key {
            // The same key on keyboards that have the plus above it, and what other programs open their palette with.
            "Equals" => "Plus",
            "P" => "K",
            key => key,
        };
        let is_meant = |shortcut: &Shortcut| shortcut.control == self.control && shortcut.key == key;
        commands(state).into_iter().find(|command| command.shortcut.as_ref().is_some_and(is_meant))
    }
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = match &*self.key {
            "Plus" => "+",
            "Minus" => "-",
            key => key,
        };
        write!(f, "{}{key}", if self.control { "Ctrl+" } else { "" })
    }
}

impl Command {
    /// A command without a shortcut.
    pub fn new(title: impl Into<Cow<'static, str>>, action: crate::Action) -> Command {
        Command { title: title.into(), shortcut: None, action }
    }

    /// The command, with a shortcut.
    #[must_use]
    pub fn with(self, shortcut: Shortcut) -> Command {
        Command { shortcut: Some(shortcut), ..self }
    }
}

/// All that can be done now, in the order in which it is offered.
pub(crate) fn commands(state: &State) -> Vec<Command> {
    let mut commands = pages::module::commands(state);
    commands.extend(pages::targets::commands(state));
    let show = |(at, page): (usize, Page)| {
        let action = crate::Action::Show(page);
        Command::new(format!("Go to {}", page.title()), action).with(Shortcut::control((at + 1).to_string()))
    };
    commands.extend(Page::ALL.into_iter().enumerate().map(show));
    commands.extend(of_shell(state));
    commands
}

fn of_shell(state: &State) -> Vec<Command> {
    let shell = |action| crate::Action::Shell(action);
    let zoom = |title, zoom, key| Command::new(title, shell(Action::Zoom(zoom))).with(Shortcut::control(key));
    let themes = Theme::ALL.into_iter().filter(|&theme| theme != state.shell.theme);
    let themes = themes.map(|theme| Command::new(format!("Theme: {}", theme.title()), shell(Action::Theme(theme))));
    let mut commands: Vec<Command> = themes.collect();
    commands.extend([
        zoom("Zoom in", Zoom::In, "Plus"),
        zoom("Zoom out", Zoom::Out, "Minus"),
        zoom("Reset the zoom", Zoom::Reset, "0"),
        Command::new("Show all commands", shell(Action::Palette(PaletteAction::Toggle))).with(Shortcut::control("K")),
    ]);
    commands
}
