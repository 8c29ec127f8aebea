//! Denials as cards: what the program tried, and what would allow it.

use serde::Serialize;
use wasmelt_policy::{Allowance, Policy};

use crate::pages::grants::{Card, Denied, State};

/// A denial.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DenialView<'a> {
    /// The number by which actions name it.
    pub denial: usize,
    /// What the program tried: "Tried to read /etc/passwd".
    pub title: String,
    /// The function that it called.
    pub call: &'a str,
    /// How often.
    pub times: u64,
    /// Whether it was decided that it stays denied.
    pub kept: bool,
    /// What can be done.
    pub remedy: Remedy,
}

/// What can be done about a denial.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Remedy {
    /// Allow it.
    Allow {
        /// What the program could do then, as fragments of sentences.
        gains: Vec<String>,
    },
    /// Say on a card what it is to have: the program did not say what it wanted.
    Choose {
        /// The card.
        card: Card,
        /// Why.
        why: &'static str,
    },
    /// It is allowed since.
    Done,
    /// Nothing that a policy can say.
    None {
        /// Why.
        why: &'static str,
    },
}

pub(super) fn view(grants: &State) -> Vec<DenialView<'_>> {
    let denials = grants.run.denials.iter().enumerate();
    denials
        .map(|(denial, denied)| DenialView {
            denial,
            title: denied.words(),
            call: &denied.event.call,
            times: denied.times,
            kept: denied.kept,
            remedy: remedy(denied, grants.draft.policy(), &grants.run.granted),
        })
        .collect()
}

fn remedy(denied: &Denied, policy: &Policy, granted: &Policy) -> Remedy {
    let Some(allowance) = &denied.allowance else {
        return Remedy::None { why: "There is no grant for it." };
    };
    match allowance {
        Allowance::Read(None) | Allowance::Write(None) => {
            return Remedy::Choose {
                card: Card::Files,
                why: "It is granted no folder, so which file it wants is not known.",
            };
        }
        Allowance::Listen(None) | Allowance::Connect(None) => {
            return Remedy::Choose { card: Card::Network, why: "It is granted no address to listen on." };
        }
        _ => {}
    }
    let with = |policy: &Policy| {
        let mut policy = policy.clone();
        policy.allow(allowance);
        policy
    };
    if with(granted) == *granted {
        let leads_out = denied.event.path.as_deref().is_some_and(|path| path.split('/').any(|part| part == ".."));
        return Remedy::None {
            why: match leads_out {
                true => "The path leads out of the folder that it was granted.",
                false => "The policy allows it, but the system's own permissions do not.",
            },
        };
    }
    let allowed = with(policy);
    if allowed == *policy {
        return Remedy::Done;
    }
    let before = policy.explain();
    Remedy::Allow { gains: allowed.explain().into_iter().filter(|line| !before.contains(line)).collect() }
}
