//! What there is to draw of the page that explores.

use serde::Serialize;

use crate::State;

use super::{Columns, Dial, Diff, Function, Mode, Order, Reveal, Side, Survey, SurveyState, cache::Slot, state};

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// Whether there are functions.
    pub status: StatusView<'a>,
    /// The text of the search field.
    pub search: &'a str,
    /// The order of the list.
    pub order: Order,
    /// All functions, by index.
    pub functions: &'a [Function],
    /// Those in the list.
    pub matches: &'a [u32],
    /// The function that is looked at.
    pub selected: Option<SelectedView<'a>>,
    /// How many builds are shown.
    pub mode: Mode,
    /// The build that is always shown.
    pub left: SideView<'a>,
    /// The one beside it.
    pub right: SideView<'a>,
    /// Both beside one another.
    pub diff: DiffView<'a>,
    /// The operator whose lines stand out: the one that the pointer is at, or else the one that was clicked.
    pub highlighted: Option<u32>,
    /// The operator that the pointer is at.
    pub pointed: Option<u32>,
    /// The operator that was clicked.
    pub pinned: Option<Reveal>,
}

/// Whether there are functions.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum StatusView<'a> {
    /// No module is open.
    NoModule,
    /// They are being read.
    Reading,
    /// There are.
    Known,
    /// They cannot be read.
    Failed {
        /// The diagnostics.
        text: &'a str,
    },
}

/// The function that is looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SelectedView<'a> {
    /// The function.
    pub function: &'a Function,
    /// The functions that call it.
    pub callers: Vec<u32>,
    /// The functions that it calls.
    pub callees: Vec<u32>,
    /// Whether another one was looked at before.
    pub can_go_back: bool,
}

/// A build.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SideView<'a> {
    /// What can be chosen about it.
    pub choices: [ChoiceView; 3],
    /// What the function becomes.
    pub columns: ColumnsView<'a>,
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChoiceView {
    /// What it is about.
    pub dial: Dial,
    /// The options.
    pub options: Vec<String>,
    /// Position of the one that is chosen.
    pub chosen: usize,
}

/// What a function becomes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ColumnsView<'a> {
    /// Nobody has asked.
    Empty,
    /// It is being compiled.
    Waiting,
    /// This.
    Ready {
        /// Line by line.
        columns: &'a Columns,
    },
    /// Nothing: it cannot be compiled.
    Failed {
        /// The diagnostics.
        text: &'a str,
    },
}

/// Two builds beside one another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum DiffView<'a> {
    /// One of them is not there yet, or they are being compared.
    Waiting,
    /// This.
    Ready {
        /// Row by row.
        diff: &'a Diff,
        /// Whether equal lines mean something: both are in the language of one architecture.
        same_architecture: bool,
    },
}

pub(crate) fn view(state: &State) -> View<'_> {
    let page = &state.explore;
    let survey = page.known();
    let same_architecture = page.left.target.architecture == page.right.target.architecture;
    let alignment = page.current_alignment().and_then(|alignment| alignment.diff.as_deref());
    View {
        status: status(state),
        search: &page.search,
        order: page.order,
        functions: survey.map_or(&[], |survey| &survey.functions),
        matches: &page.matches,
        selected: survey.and_then(|survey| selected(page, survey)),
        mode: page.mode,
        left: side(page, Side::Left),
        right: side(page, Side::Right),
        diff: alignment.map_or(DiffView::Waiting, |diff| DiffView::Ready { diff, same_architecture }),
        highlighted: page.pointed.or(page.pinned.map(|pinned| pinned.offset)),
        pointed: page.pointed,
        pinned: page.pinned,
    }
}

fn status(state: &State) -> StatusView<'_> {
    match &state.explore.survey {
        _ if state.module.opened().is_none() => StatusView::NoModule,
        SurveyState::Unknown | SurveyState::Reading { .. } => StatusView::Reading,
        SurveyState::Known(_) => StatusView::Known,
        SurveyState::Failed { text, .. } => StatusView::Failed { text },
    }
}

fn selected<'a>(page: &state::State, survey: &'a Survey) -> Option<SelectedView<'a>> {
    let function = survey.functions.get(page.selected? as usize)?;
    Some(SelectedView {
        function,
        callers: survey.callers(function.index),
        callees: survey.callees(function.index),
        can_go_back: !page.history.is_empty(),
    })
}

fn side(page: &state::State, side: Side) -> SideView<'_> {
    let variant = page.variant(side);
    let choice = |dial| {
        let (options, chosen) = variant.options_of(dial);
        ChoiceView { dial, options, chosen }
    };
    let slot = page.selected.and_then(|function| page.cache.get(function, variant));
    let columns = match slot {
        None => ColumnsView::Empty,
        Some(Slot::Waiting(_)) => ColumnsView::Waiting,
        Some(Slot::Ready(columns)) => ColumnsView::Ready { columns },
        Some(Slot::Failed(text)) => ColumnsView::Failed { text },
    };
    SideView { choices: Dial::ALL.map(choice), columns }
}
