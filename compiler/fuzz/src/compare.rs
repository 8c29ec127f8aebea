//! Whether two engines agree about a module.

use std::{fmt, sync::Arc};

use wasmelt_abi::TrapCode;
use wasmelt_driver::{Source, parse};

use crate::{
    oracle::{Answer, Oracle},
    steps::{Outcome, Step, steps},
    subject::Subject,
};

/// What comes of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They agree.
    Same,
    /// They agree as far as they came: a stack, or what the oracle grants, was used up.
    GaveUp(String),
    /// They differ: how.
    Different(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Same => f.write_str("the engines agree"),
            Verdict::GaveUp(why) => write!(f, "given up: {why}"),
            Verdict::Different(how) => f.write_str(how),
        }
    }
}

/// Executes the module in `bytes` with both engines.
pub fn compare(bytes: &[u8], oracle: &Oracle, subject: &Subject) -> Verdict {
    let module = match parse(&Source::from_bytes("case", bytes)) {
        Ok(module) => Arc::new(module),
        Err(problems) => return Verdict::Different(format!("the module is refused: {}", problems[0].message)),
    };
    let mut steps = steps(&module);
    let answer = oracle.run(&module, &steps);
    // Beyond that, Wasmelt might not end.
    steps.truncate(answer.outcomes.len());
    if steps.is_empty() {
        return Verdict::GaveUp(answer.gave_up.unwrap_or_default());
    }
    match subject.run(&module, &steps) {
        Ok(outcomes) => judge(&steps, &answer, &outcomes),
        Err(problem) => Verdict::Different(problem),
    }
}

fn judge(steps: &[Step], answer: &Answer, outcomes: &[Outcome]) -> Verdict {
    for ((step, expected), found) in steps.iter().zip(&answer.outcomes).zip(outcomes) {
        if found == expected {
            continue;
        }
        if *found == Err(TrapCode::StackExhausted) {
            return Verdict::GaveUp("Wasmelt's stack is used up".to_owned());
        }
        return Verdict::Different(format!(
            "{step:?}\n  expected {}\n  found    {}",
            display(expected),
            display(found)
        ));
    }
    answer.gave_up.clone().map_or(Verdict::Same, Verdict::GaveUp)
}

fn display(outcome: &Outcome) -> String {
    match outcome {
        Ok(slots) => format!("{slots:#x?}").replace('\n', " "),
        Err(code) => format!("trap: {}", code.message()),
    }
}
