//! What the page of grants knows.

use serde::Serialize;
use wasmelt_policy::{LimitKind, Policy, amount, parse_amount};

use super::{Card, Draft, Run};

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The policy, as it is being written.
    pub draft: Draft,
    /// What is shown beside the cards.
    pub pane: Pane,
    /// The card that is open.
    pub open: Option<Card>,
    /// What is typed on the cards, and granted later or not at all.
    pub forms: Forms,
    /// The module as it runs.
    pub run: Run,
}

impl State {
    /// What the module may reach: the policy of every build and run.
    pub fn policy(&self) -> Policy {
        self.draft.policy().clone()
    }
}

/// A part of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    /// The cards. Where there is room they are always there, and the running module is beside them.
    #[default]
    Cards,
    /// The running module.
    Run,
    /// The policy's text.
    Text,
}

/// Texts of fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// See [`Field`](super::Field).
    pub host_path: String,
    /// See [`Field`](super::Field).
    pub guest_path: String,
    /// See [`Field`](super::Field).
    pub variable_name: String,
    /// See [`Field`](super::Field).
    pub variable_value: String,
    /// See [`Field`](super::Field).
    pub fixed_argument: String,
    /// See [`Field`](super::Field).
    pub connect: String,
    /// See [`Field`](super::Field).
    pub listen: String,
    /// See [`Field`](super::Field).
    pub seed: String,
    /// Limits as they were typed.
    pub limits: Vec<(LimitKind, String)>,
    /// Why a card refused what was typed.
    pub problem: Option<(Card, String)>,
}

impl Forms {
    /// What the field of a limit holds: what was typed, unless the policy says something else since.
    pub(super) fn limit<'a>(&'a self, kind: LimitKind, policy: &Policy) -> std::borrow::Cow<'a, str> {
        let granted = policy.limits.get(kind);
        let typed = self.limits.iter().find(|(typed, _)| *typed == kind).map(|(_, text)| text.as_str());
        let still_means = |text: &&str| match parse_amount(kind, text) {
            Ok(amount) => Some(amount) == granted,
            Err(_) => !text.is_empty() || granted.is_none(),
        };
        match typed.filter(still_means) {
            Some(text) => text.into(),
            None => granted.map_or(String::new(), |granted| amount(kind, granted)).into(),
        }
    }
}
