//! Diagnostics as text; the only place that does it.
//!
//! ```text
//! error[E0103]: type mismatch: expected i32, found i64
//!   --> app.wasm: byte 452 (0x1c4), in function `main`
//!    = help: what to do about it
//! ```
//!
//! A note is one line, since nobody has to do anything: `note[E0206]: app.wasm: what to know (what to do about it)`.

use std::{fmt::Write, io::IsTerminal};

use super::{Class, Diagnostic, Location, Severity};

/// Whether the text has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Nothing but characters.
    Plain,
    /// With ANSI escape sequences.
    Coloured,
}

impl Style {
    /// Colours if standard error is a terminal, and the user has not said otherwise (`NO_COLOR`).
    pub fn for_stderr() -> Style {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if std::io::stderr().is_terminal() && !refused { Style::Coloured } else { Style::Plain }
    }

    fn paint(self, ansi: &str, text: &str) -> String {
        match self {
            Style::Plain => text.to_owned(),
            Style::Coloured => format!("\x1b[{ansi}m{text}\x1b[0m"),
        }
    }

    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn blue(self, text: &str) -> String {
        self.paint("1;34", text)
    }
}

/// The text of several diagnostics, an empty line between two.
pub fn render_all(diagnostics: &[Diagnostic], style: Style) -> String {
    diagnostics.iter().map(|diagnostic| render(diagnostic, style)).collect::<Vec<_>>().join("\n")
}

/// The text of a diagnostic; each of its lines ends with a line feed.
pub fn render(diagnostic: &Diagnostic, style: Style) -> String {
    if diagnostic.severity == Severity::Note {
        return note(diagnostic, style);
    }
    let mut text = headline(diagnostic, style);
    if let Some(place) = place(diagnostic) {
        line(&mut text, format_args!("  {} {place}", style.blue("-->")));
    }
    if let Some(Location::Text { line: number, column, content }) = &diagnostic.location {
        snippet(&mut text, *number, *column, content, style);
    }
    if diagnostic.class() == Class::Bug {
        let note = "this is a bug in wasmelt, not in your module; please report it with the module and the command";
        line(&mut text, format_args!("   {} {}: {note}", style.blue("="), style.bold("note")));
    }
    if let Some(help) = &diagnostic.help {
        line(&mut text, format_args!("   {} {}: {help}", style.blue("="), style.bold("help")));
    }
    text
}

fn note(diagnostic: &Diagnostic, style: Style) -> String {
    let place = place(diagnostic).map_or(String::new(), |place| format!("{place}: "));
    let help = diagnostic.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
    let label = style.paint("1;36", &format!("note[{}]", diagnostic.code));
    format!("{label}: {place}{}{help}\n", diagnostic.message)
}

fn headline(diagnostic: &Diagnostic, style: Style) -> String {
    let (word, ansi) = match diagnostic.severity {
        Severity::Note => ("note", "1;36"),
        Severity::Error => ("error", "1;31"),
        Severity::Warning => ("warning", "1;33"),
    };
    let label = style.paint(ansi, &format!("{word}[{}]", diagnostic.code));
    format!("{label}{}\n", style.bold(&format!(": {}", diagnostic.message)))
}

fn place(diagnostic: &Diagnostic) -> Option<String> {
    let file = diagnostic.file.as_deref().unwrap_or("<input>");
    match &diagnostic.location {
        None => diagnostic.file.clone(),
        Some(Location::Text { line, column, .. }) => Some(format!("{file}:{line}:{column}")),
        Some(Location::Binary { offset, assembled, function }) => {
            let binary = if *assembled { " of the assembled module" } else { "" };
            let function = function.as_ref().map_or(String::new(), |function| format!(", in function {function}"));
            Some(format!("{file}: byte {offset} ({offset:#x}){binary}{function}"))
        }
    }
}

/// Longer lines than this are not shown: they are generated, and the column says enough.
const WIDEST_SNIPPET: usize = 160;

fn snippet(text: &mut String, number: usize, column: usize, content: &str, style: Style) {
    if content.chars().count() > WIDEST_SNIPPET {
        return;
    }
    let number = number.to_string();
    let (margin, bar) = (" ".repeat(number.len()), style.blue("|"));
    // A tab stays a tab, so that the caret stands under its character whatever the terminal makes of tabs.
    let indent: String =
        content.chars().take(column.saturating_sub(1)).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    line(text, format_args!("{margin} {bar}"));
    line(text, format_args!("{} {bar} {content}", style.blue(&number)));
    line(text, format_args!("{margin} {bar} {indent}{}", style.paint("1;31", "^")));
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    writeln!(text, "{content}").expect("invariant: writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;

    fn check(diagnostic: Diagnostic, expected: &str) {
        assert_eq!(render(&diagnostic, Style::Plain), expected);
    }

    #[test]
    fn a_message_alone_is_one_line() {
        check(Diagnostic::error(Code::NoCache, "nowhere"), "error[E0306]: nowhere\n");
    }

    #[test]
    fn a_note_is_one_line() {
        let note = Diagnostic::note(Code::NotGranted, "no clocks").in_file("a.wasm").with_help("--allow-clock");
        check(note, "note[E0206]: a.wasm: no clocks (--allow-clock)\n");
    }

    #[test]
    fn a_binary_place_names_offset_and_function() {
        let location = Location::Binary { offset: 452, assembled: false, function: Some("`main`".to_owned()) };
        check(
            Diagnostic::error(Code::InvalidModule, "type mismatch").in_file("a.wasm").at(location).with_help("fix it"),
            "error[E0103]: type mismatch\n  --> a.wasm: byte 452 (0x1c4), in function `main`\n   = help: fix it\n",
        );
    }

    #[test]
    fn offsets_in_assembled_modules_say_so() {
        let location = Location::Binary { offset: 8, assembled: true, function: None };
        check(
            Diagnostic::error(Code::InvalidModule, "type mismatch").in_file("a.wat").at(location),
            "error[E0103]: type mismatch\n  --> a.wat: byte 8 (0x8) of the assembled module\n",
        );
    }

    #[test]
    fn a_text_place_shows_the_line() {
        let location = Location::Text { line: 12, column: 2, content: "\t(bad)".into() };
        check(
            Diagnostic::error(Code::TextSyntax, "unexpected token").in_file("a.wat").at(location),
            "error[E0101]: unexpected token\n  --> a.wat:12:2\n   |\n12 | \t(bad)\n   | \t^\n",
        );
    }

    #[test]
    fn a_bug_asks_for_a_report() {
        assert!(render(&Diagnostic::error(Code::Panic, "stopped"), Style::Plain).contains("please report it"));
    }

    #[test]
    fn colours_are_the_only_difference() {
        let diagnostic = Diagnostic::error(Code::InvalidModule, "type mismatch").in_file("a.wasm");
        let mut coloured = render(&diagnostic, Style::Coloured);
        for escape in ["\x1b[1;31m", "\x1b[1;34m", "\x1b[1m", "\x1b[0m"] {
            coloured = coloured.replace(escape, "");
        }
        assert_eq!(coloured, render(&diagnostic, Style::Plain));
    }
}
