//! What was learnt, beside what is granted.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use wasmelt_policy::Policy;

use crate::pages::grants::Draft;

/// A policy that was learnt from a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LearnedView {
    /// Whether it is the present one.
    pub is_same: bool,
    /// How the present policy would change, line by line.
    pub lines: Vec<DifferenceLine>,
}

/// A line of either policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DifferenceLine {
    /// Which has it.
    pub mark: DifferenceMark,
    /// The line.
    pub text: String,
}

/// Which policy has a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceMark {
    /// Both.
    Kept,
    /// The learnt one.
    Added,
    /// The present one.
    Removed,
}

pub(super) fn view(present: &Draft, learned: &Policy) -> LearnedView {
    // Both as they would be written anew: comments and order are no difference.
    let (before, after) = (Draft::new(present.policy().clone()), Draft::new(learned.clone()));
    let difference = TextDiff::from_lines(before.text(), after.text());
    let lines = difference.iter_all_changes().map(|change| DifferenceLine {
        mark: match change.tag() {
            ChangeTag::Equal => DifferenceMark::Kept,
            ChangeTag::Insert => DifferenceMark::Added,
            ChangeTag::Delete => DifferenceMark::Removed,
        },
        text: change.value().trim_end().to_owned(),
    });
    LearnedView { is_same: before.text() == after.text(), lines: lines.collect() }
}
