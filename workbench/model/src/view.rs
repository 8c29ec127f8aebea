//! What there is to draw, as plain data that borrows from the state.

use serde::Serialize;

use crate::{
    Page, State,
    pages::{compare, explore, grants, module, targets},
    shell,
};

/// The whole workbench.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// The page that is shown.
    pub page: PageView<'a>,
    /// What surrounds it.
    pub shell: shell::View<'a>,
    /// What is open, and how something else can be; part of every page.
    pub module: module::View<'a>,
}

/// The page that is shown. The module page is [`View::module`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "page")]
pub enum PageView<'a> {
    /// What the open module is.
    Module,
    /// Where it is to run.
    Targets(targets::View<'a>),
    /// What it may reach, and how it runs.
    Grants(grants::View<'a>),
    /// How fast it starts.
    Compare(compare::View<'a>),
    /// What became of its functions.
    Explore(Box<explore::View<'a>>),
}

/// What there is to draw of `state`.
pub fn view(state: &State) -> View<'_> {
    let page = match state.page {
        Page::Module => PageView::Module,
        Page::Targets => PageView::Targets(targets::view(state)),
        Page::Grants => PageView::Grants(grants::view(state)),
        Page::Compare => PageView::Compare(compare::view(state)),
        Page::Explore => PageView::Explore(Box::new(explore::view(state))),
    };
    View { page, shell: shell::view(state), module: module::view(state) }
}

impl PageView<'_> {
    /// Which page this is.
    pub fn page(&self) -> Page {
        match self {
            PageView::Module => Page::Module,
            PageView::Targets(_) => Page::Targets,
            PageView::Grants(_) => Page::Grants,
            PageView::Compare(_) => Page::Compare,
            PageView::Explore(_) => Page::Explore,
        }
    }
}
