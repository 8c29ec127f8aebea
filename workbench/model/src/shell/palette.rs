//! The palette: commands by name.

use super::Command;

/// The palette, while it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// What was typed.
    pub query: String,
    /// Which of the commands that match is chosen, counted from the best one.
    pub selected: usize,
}

/// What can be asked of the palette.
#[derive(Clone, Debug)]
pub enum PaletteAction {
    /// Open it, or close it.
    Toggle,
    /// Close it.
    Close,
    /// The text that was typed changed.
    Edit(String),
    /// Choose the next command.
    Next,
    /// Choose the one before.
    Previous,
    /// Do what is chosen, and close.
    Accept,
    /// Do what stands at this position, and close.
    Pick(usize),
}

/// The commands whose titles have the letters of `query` in its order, the best match first.
pub(super) fn matching(commands: Vec<Command>, query: &str) -> Vec<Command> {
    let mut scored: Vec<(i32, Command)> =
        commands.into_iter().filter_map(|command| Some((score(&command.title, query)?, command))).collect();
    // Stable: among equals, the order of the commands.
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, command)| command).collect()
}

/// How well `query` matches `title`: letters count more that follow on each other, or begin a word. Spaces count nothing.
fn score(title: &str, query: &str) -> Option<i32> {
    let letters: Vec<char> = title.chars().flat_map(char::to_lowercase).collect();
    let mut total = 0;
    let mut from = 0;
    for wanted in query.chars().flat_map(char::to_lowercase).filter(|letter| !letter.is_whitespace()) {
        let begins_word = |at: usize| at == 0 || !letters[at - 1].is_alphanumeric();
        let follows = (from > 0 && letters.get(from) == Some(&wanted)).then_some((from, 3));
        let begins = || (from..letters.len()).find(|&at| letters[at] == wanted && begins_word(at)).map(|at| (at, 2));
        let anywhere = || (from..letters.len()).find(|&at| letters[at] == wanted).map(|at| (at, 0));
        let (at, points) = follows.or_else(begins).or_else(anywhere)?;
        total += points;
        from = at + 1;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Page;

    fn titles(query: &str) -> Vec<String> {
        let titles = ["Build", "Go to Targets", "Open sample: Trap", "Theme: Dark", "Zoom out"];
        let commands = titles.map(|title| Command::new(title, crate::Action::Show(Page::Module)));
        matching(commands.into(), query).into_iter().map(|command| command.title.into_owned()).collect()
    }

    #[test]
    fn everything_matches_nothing_typed() {
        assert_eq!(titles(" ").len(), 5);
    }

    #[test]
    fn beginnings_of_words_come_first() {
        assert_eq!(titles("gt"), ["Go to Targets"]);
        assert_eq!(titles("dark"), ["Theme: Dark"]);
        assert_eq!(titles("TA")[0], "Go to Targets");
        assert_eq!(titles("zo"), ["Zoom out"]);
    }

    #[test]
    fn letters_out_of_order_match_nothing() {
        assert_eq!(titles("dliub"), Vec::<String>::new());
    }
}
