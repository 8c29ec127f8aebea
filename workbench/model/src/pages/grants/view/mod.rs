//! What there is to draw of the page of grants.

mod cards;
mod denial;
mod difference;
mod run;

use serde::Serialize;

use crate::State;

use super::Pane;

pub use cards::{Body, CardView, LimitView, PathView, VariableView};
pub use denial::{DenialView, Remedy};
pub use difference::{DifferenceLine, DifferenceMark, LearnedView};
pub use run::{ConsoleView, EndView, RunState, RunView};

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// What is shown beside the cards.
    pub pane: Pane,
    /// The module's name, if one is open.
    pub module: Option<&'a str>,
    /// One for each thing that can be granted.
    pub cards: Vec<CardView<'a>>,
    /// The same as a text.
    pub text: TextView<'a>,
    /// The running module.
    pub run: RunView<'a>,
}

/// The policy's text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TextView<'a> {
    /// The text.
    pub text: &'a str,
    /// Why it is no policy. Then the cards show the last one that it was, and cannot be changed.
    pub problems: Vec<ProblemView<'a>>,
}

/// Something that is wrong with the text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProblemView<'a> {
    /// What.
    pub message: &'a str,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

pub(crate) fn view(state: &State) -> View<'_> {
    let grants = &state.grants;
    let summary = state.module.opened().map(|opened| &opened.summary);
    let imports = summary.map_or(&[][..], |summary| &summary.imports);
    let problems = grants.draft.problems().iter().map(|problem| ProblemView {
        message: &problem.message,
        line: problem.line,
        column: problem.column,
    });
    View {
        pane: grants.pane,
        module: summary.map(|summary| summary.name.as_str()),
        cards: cards::view(grants, imports),
        text: TextView { text: grants.draft.text(), problems: problems.collect() },
        run: run::view(state),
    }
}
