//! The policy as it is being written: one policy in two forms, which are always told apart from a text that is none.

use wasmelt_policy::{DocumentProblem, Policy};

/// A policy and its text.
///
/// Invariant: either `problems` is empty and `text` reads as `policy`, or `text` is refused for `problems` and `policy` is
/// the last one that it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    policy: Policy,
    text: String,
    problems: Vec<DocumentProblem>,
}

impl Default for Draft {
    fn default() -> Draft {
        Draft::new(Policy::default())
    }
}

impl Draft {
    /// A draft of `policy`.
    pub fn new(policy: Policy) -> Draft {
        let text = policy.to_document().trim_start().to_owned();
        Draft { policy, text, problems: Vec::new() }
    }

    /// The policy that the text holds, or held last.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The text, as TOML.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why the text is no policy.
    pub fn problems(&self) -> &[DocumentProblem] {
        &self.problems
    }

    /// The text was edited.
    pub(super) fn edit(&mut self, text: String) {
        match Policy::from_document(&text) {
            Ok(policy) => {
                self.policy = policy;
                self.problems.clear();
            }
            Err(error) => self.problems = error.problems,
        }
        self.text = text;
    }

    /// Back to the last text that was a policy, as it would be written anew.
    pub(super) fn revert(&mut self) {
        *self = Draft::new(self.policy.clone());
    }

    /// The policy was changed; the text is written anew, if that changes what it says.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Policy)) {
        let mut policy = self.policy.clone();
        change(&mut policy);
        if policy != self.policy || !self.problems.is_empty() {
            *self = Draft::new(policy);
        }
    }
}
