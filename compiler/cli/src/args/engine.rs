//! `wasmelt run` in the place of another engine's: flags in the spelling of `wasmtime run`, and its rule that what follows
//! the module is the program's.

use std::ffi::OsString;

use clap::{Args, Command};
use wasmelt_policy::Text;

/// Flags of `wasmtime run` that stand beside Wasmelt's own. What they mean is decided in `request`.
#[derive(Debug, Args)]
#[command(next_help_heading = "In the spelling of wasmtime")]
pub(crate) struct EngineArgs {
    /// The name that the program sees as its own
    #[arg(long, value_name = "NAME")]
    pub(crate) argv0: Option<Text>,

    /// max-memory-size=BYTES, max-wasm-stack=BYTES, timeout=TIME, nan-canonicalization, relaxed-simd-deterministic
    #[arg(short = 'W', long = "wasm", value_name = "KEY[=VALUE]", value_delimiter = ',')]
    pub(crate) wasm: Vec<String>,

    /// cli (clocks and random bytes), inherit-env, inherit-stdin=n, inherit-stdout=n, inherit-stderr=n, inherit-network,
    /// tcplisten=ADDRESS
    #[arg(short = 'S', long = "wasi", value_name = "KEY[=VALUE]", value_delimiter = ',')]
    pub(crate) wasi: Vec<String>,

    /// cache, parallel-compilation, compiler=cranelift
    #[arg(short = 'C', long = "codegen", value_name = "KEY[=VALUE]", value_delimiter = ',')]
    pub(crate) codegen: Vec<String>,
}

/// The words of a command line of `run` or `learn`, with a `--` in front of those that are the program's.
///
/// A `--` begins them. Without one, they begin behind the module at the first word that is no flag of `command`; if flags
/// stand in front of the module, at the first word behind it. So both of these give the program one argument:
///
/// ```text
/// run --dir . app.wasm --verbose          as wasmtime has it
/// run app.wasm --dir . --verbose
/// ```
pub(super) fn with_separator(command: &Command, words: Vec<OsString>) -> Vec<OsString> {
    let (mut ours, mut rest) = (Vec::with_capacity(words.len() + 1), words.into_iter().peekable());
    let (mut has_module, mut has_flags_before) = (false, false);
    while let Some(word) = rest.next() {
        let flag = word.to_str().filter(|text| text.starts_with('-') && text.len() > 1);
        match (flag, has_module) {
            (Some("--"), false) => {
                ours.extend(rest.next());
                has_module = true;
                has_flags_before = true;
            }
            (Some("--"), true) => return separated(ours, rest),
            (Some(text), false) => {
                has_flags_before = true;
                let takes_next = takes_next(command, text) == Some(true);
                ours.push(word);
                ours.extend(if takes_next { rest.next() } else { None });
            }
            (Some(text), true) if !has_flags_before && takes_next(command, text).is_some() => {
                let takes_next = takes_next(command, text) == Some(true);
                ours.push(word);
                ours.extend(if takes_next { rest.next() } else { None });
            }
            (None, false) => {
                ours.push(word);
                has_module = true;
            }
            (_, true) => return separated(ours, std::iter::once(word).chain(rest)),
        }
    }
    ours
}

fn separated(ours: Vec<OsString>, program: impl Iterator<Item = OsString>) -> Vec<OsString> {
    ours.into_iter().chain([OsString::from("--")]).chain(program).collect()
}

/// Whether the value of the flag in `word` is the next word; `None` if it is no flag of `command`.
fn takes_next(command: &Command, word: &str) -> Option<bool> {
    let (name, has_value) = match word.strip_prefix("--") {
        Some(long) => (long.split('=').next()?, long.contains('=')),
        // Behind its letter, a short flag's value may follow in the same word.
        None => (&word[1..word.ceil_char_boundary(2)], word.chars().count() > 2),
    };
    if ["help", "h"].contains(&name) {
        return Some(false);
    }
    let mut flags = command.get_arguments();
    let flag = flags.find(|flag| match word.starts_with("--") {
        true => flag.get_long() == Some(name) || flag.get_all_aliases().unwrap_or_default().contains(&name),
        false => flag.get_short().is_some_and(|short| name.chars().eq([short])),
    })?;
    let takes_value = flag.get_action().takes_values();
    Some(takes_value && !has_value && !flag.is_require_equals_set())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Arguments;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let command = Arguments::command();
        let words = line.split(' ').map(OsString::from).collect();
        let words = with_separator(command.find_subcommand("run").unwrap(), words);
        assert_eq!(words.join(std::ffi::OsStr::new(" ")), expected, "{line}");
    }

    #[test]
    fn what_follows_the_module_is_the_programs() {
        check("a.wasm --nocapture --test-threads 1", "a.wasm -- --nocapture --test-threads 1");
        check("a.wasm name", "a.wasm -- name");
        check("--dir . a.wasm --env A", "--dir . a.wasm -- --env A");
        check("-W timeout=1s a.wasm -x", "-W timeout=1s a.wasm -- -x");
        check("-Wtimeout=1s a.wasm", "-Wtimeout=1s a.wasm");
        check("-- a.wasm --env A", "a.wasm -- --env A");
        check("--allow-read a.wasm x", "--allow-read a.wasm -- x");
        check("--strip a.wasm -", "--strip a.wasm -- -");
    }

    #[test]
    fn flags_behind_the_module_are_ours_up_to_the_first_other_word() {
        check("a.wasm --dir . --strip", "a.wasm --dir . --strip");
        check("a.wasm --dir . x --strip", "a.wasm --dir . -- x --strip");
        check("a.wasm -O none --env=A --verbose", "a.wasm -O none --env=A -- --verbose");
        check("a.wasm --dir . -- --dir .", "a.wasm --dir . -- --dir .");
        check("a.wasm --help", "a.wasm --help");
        check("a.wasm --preload x=y.wasm z", "a.wasm --preload x=y.wasm -- z");
    }
}
