//! Tables whose keys are flags of the command line: what there is a flag for can be written in the file, with the same
//! values and the same defaults.

use std::collections::BTreeMap;

use clap::{Args, Command, FromArgMatches};
use serde::Deserialize;
use toml::{Spanned, Value};

use super::Problem;
use crate::args::CompileArgs;

/// Flags by their long names. `true` gives the flag, `false` does not; a list gives it several times.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Flags(BTreeMap<Spanned<String>, Spanned<Value>>);

impl Flags {
    /// These flags, except that `others` replace those of the same names.
    ///
    /// # Errors
    ///
    /// All flags that there are none of, and all values that their flags cannot have.
    pub(super) fn overridden_by(&self, others: &Flags) -> Result<CompileArgs, Vec<Problem>> {
        let mut flags: BTreeMap<&str, _> = BTreeMap::new();
        for (name, value) in self.0.iter().chain(&others.0) {
            flags.insert(name.get_ref(), (name.span().start, value));
        }
        let (mut line, mut problems) = (Vec::new(), Vec::new());
        for (name, (start, value)) in flags {
            if !command().get_arguments().any(|argument| argument.get_long() == Some(name)) {
                problems.push(Problem { message: format!("there is no flag `--{name}` for this"), start });
                continue;
            }
            let words = words(name, value.get_ref());
            if let Err(message) = parse(&words) {
                problems.push(Problem { message, start: value.span().start });
            }
            line.extend(words);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        // Flags that exclude each other.
        parse(&line).map_err(|message| vec![Problem { message, start: 0 }])
    }
}

/// The flag as it is written in a command line.
fn words(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Boolean(true) => vec![format!("--{name}")],
        Value::Boolean(false) => Vec::new(),
        Value::Array(values) => values.iter().flat_map(|value| words(name, value)).collect(),
        Value::String(text) => vec![format!("--{name}={text}")],
        other => vec![format!("--{name}={other}")],
    }
}

fn command() -> Command {
    CompileArgs::augment_args(Command::new("compile").no_binary_name(true))
}

fn parse(line: &[String]) -> Result<CompileArgs, String> {
    let matches = command().try_get_matches_from(line).and_then(|matches| CompileArgs::from_arg_matches(&matches));
    matches.map_err(|error| {
        let text = error.to_string();
        let first = text.split("\n\n").next().unwrap_or_default();
        first.trim_start_matches("error: ").to_owned()
    })
}
