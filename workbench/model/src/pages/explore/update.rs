//! Finding functions, and having them taken apart.

use std::sync::Arc;

use wasmelt_driver::Source;

use crate::{Effect, ExploreEvent, Generation, Job, Page, State};

use super::{
    Action, Columns, Mode, Pane, Reveal, Side, SurveyState, Variant,
    cache::Slot,
    state::{self, Alignment},
};

/// Functions that `Back` leads to at the most.
const MOST_HISTORY: usize = 100;

pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    let page = &mut state.explore;
    match action {
        Action::Search(text) => {
            page.search = text;
            find(page);
        }
        Action::Sort(order) => {
            page.order = order;
            find(page);
        }
        Action::Select(function) => select(page, function),
        Action::Open(function) => {
            state.page = Page::Explore;
            match page.known() {
                Some(_) => select(page, function),
                None => page.wanted = Some(function),
            }
        }
        Action::Back => {
            if let Some(before) = page.history.pop() {
                look_at(page, before);
            }
        }
        Action::Show(mode) => page.mode = mode,
        Action::Choose { side: Side::Left, dial, option } => page.left.turn(dial, option),
        Action::Choose { side: Side::Right, dial, option } => page.right.turn(dial, option),
        Action::Contrast(contrast) => {
            (page.left, page.right) = page.left.contrasted(contrast);
            page.mode = Mode::Diff;
        }
        Action::Point(offset) => page.pointed = offset,
        Action::Pin { offset, pane } => pin(page, offset, pane),
    }
    Vec::new()
}

/// Asks for what the page shows and does not have, and forgets what is about a module that is no longer open.
pub(crate) fn follow(state: &mut State) -> Vec<Effect> {
    let open = state.module.opened().map(|opened| Arc::clone(&opened.source));
    let is_current = match (&open, state.explore.source()) {
        (Some(open), Some(known)) => Arc::ptr_eq(open, known),
        (None, Some(_)) => false,
        (_, None) => true,
    };
    if !is_current {
        forget(&mut state.explore);
    }
    if state.page != Page::Explore {
        return Vec::new();
    }
    let Some(source) = open else { return Vec::new() };
    match state.explore.survey {
        SurveyState::Unknown => vec![read(state, source)],
        SurveyState::Known(_) => dissect(state),
        SurveyState::Reading { .. } | SurveyState::Failed { .. } => Vec::new(),
    }
}

pub(crate) fn report(state: &mut State, job: Generation, event: ExploreEvent) -> Vec<Effect> {
    let page = &mut state.explore;
    match event {
        ExploreEvent::Surveyed(result) => {
            let SurveyState::Reading { generation, source } = &page.survey else { return Vec::new() };
            if *generation == job {
                let source = Arc::clone(source);
                page.survey = match result {
                    Ok(survey) => SurveyState::Known(survey),
                    Err(text) => SurveyState::Failed { source, text },
                };
                find(page);
                page.selected = wanted(page).or_else(|| first_defined(page));
            }
        }
        ExploreEvent::Dissected(result) => page.cache.enter(job, result),
        ExploreEvent::Aligned(result) => {
            if let Some(alignment) = page.alignment.as_mut().filter(|alignment| alignment.generation == job) {
                alignment.diff = result.ok();
            }
        }
    }
    Vec::new()
}

/// Another module is open: what was looked for and chosen stays, what was found goes.
fn forget(page: &mut state::State) {
    *page = state::State {
        search: std::mem::take(&mut page.search),
        order: page.order,
        mode: page.mode,
        left: page.left,
        right: page.right,
        clicks: page.clicks,
        ..state::State::default()
    };
}

fn read(state: &mut State, source: Arc<Source>) -> Effect {
    let (generation, effect) = state.start(Job::Survey { source: Arc::clone(&source) });
    state.explore.survey = SurveyState::Reading { generation, source };
    effect
}

fn find(page: &mut state::State) {
    let survey = page.known().map(Arc::clone);
    page.matches = survey.map_or_else(Vec::new, |survey| survey.matches(&page.search, page.order));
}

/// The function that was asked for while the functions were not known.
fn wanted(page: &mut state::State) -> Option<u32> {
    let wanted = page.wanted.take();
    wanted.filter(|&function| page.known().is_some_and(|survey| survey.has(function)))
}

/// The first function of the list that has code; so there is something to see at once.
fn first_defined(page: &state::State) -> Option<u32> {
    let survey = page.known()?;
    page.matches.iter().copied().find(|&index| survey.functions[index as usize].size.is_some())
}

fn select(page: &mut state::State, function: u32) {
    let exists = page.known().is_some_and(|survey| survey.has(function));
    if !exists || page.selected == Some(function) {
        return;
    }
    page.history.extend(page.selected);
    page.history.drain(..page.history.len().saturating_sub(MOST_HISTORY));
    look_at(page, function);
}

fn look_at(page: &mut state::State, function: u32) {
    page.selected = Some(function);
    page.pinned = None;
    page.pointed = None;
}

fn pin(page: &mut state::State, offset: u32, pane: Pane) {
    page.clicks += 1;
    page.pinned = match page.pinned {
        Some(pinned) if pinned.offset == offset => None,
        _ => Some(Reveal { offset, pane, click: page.clicks }),
    };
}

/// Has the selected function taken apart as the shown builds compile it, and those put beside one another.
fn dissect(state: &mut State) -> Vec<Effect> {
    let page = &state.explore;
    let (Some(survey), Some(function)) = (page.known().map(Arc::clone), page.selected) else { return Vec::new() };
    let wanted = match page.mode {
        Mode::Columns => vec![page.left],
        Mode::Diff => vec![page.left, page.right],
    };
    let mut effects = Vec::new();
    for variant in wanted {
        if !state.explore.cache.touch(function, variant) {
            let (generation, effect) = state.start(Job::Dissect { survey: Arc::clone(&survey), function, variant });
            state.explore.cache.wait(function, variant, generation);
            effects.push(effect);
        }
    }
    effects.extend(align(state));
    effects
}

fn align(state: &mut State) -> Option<Effect> {
    if state.explore.mode != Mode::Diff {
        return None;
    }
    let [Some(Slot::Ready(left)), Some(Slot::Ready(right))] = state.explore.slots() else { return None };
    let builds = [Arc::clone(left), Arc::clone(right)];
    let is_aligned =
        |alignment: &Alignment| alignment.builds.iter().zip(&builds).all(|(one, other)| Arc::ptr_eq(one, other));
    if state.explore.alignment.as_ref().is_some_and(is_aligned) {
        return None;
    }
    let job = Job::Align { left: Arc::clone(&builds[0]), right: Arc::clone(&builds[1]) };
    let (generation, effect) = state.start(job);
    state.explore.alignment = Some(Alignment { builds, generation, diff: None });
    Some(effect)
}

impl state::State {
    /// The build on `side`.
    pub(super) fn variant(&self, side: Side) -> Variant {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
        }
    }

    /// The alignment of the builds that are shown.
    pub(super) fn current_alignment(&self) -> Option<&Alignment> {
        let [Some(Slot::Ready(left)), Some(Slot::Ready(right))] = self.slots() else { return None };
        let shows = |[one, other]: &[Arc<Columns>; 2]| Arc::ptr_eq(one, left) && Arc::ptr_eq(other, right);
        self.alignment.as_ref().filter(|alignment| shows(&alignment.builds))
    }
}
