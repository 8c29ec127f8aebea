//! The jobs that look at functions.

use std::sync::Arc;

use wasmelt_driver::{
    Diagnostic, Source,
    diagnostics::{Style, render_all},
};

use crate::{
    Event, ExploreEvent,
    pages::explore::{Columns, Diff, Survey, Variant},
};

use super::Reporter;

pub(super) fn survey(source: Arc<Source>, reporter: &Reporter) {
    let survey = Survey::of(source).map(Arc::new).map_err(text);
    reporter.send(Event::Explore(ExploreEvent::Surveyed(survey)));
}

pub(super) fn dissect(survey: &Survey, function: u32, variant: Variant, reporter: &Reporter) {
    let columns = Columns::of(survey, function, variant).map(Arc::new).map_err(text);
    reporter.send(Event::Explore(ExploreEvent::Dissected(columns)));
}

pub(super) fn align(left: &Columns, right: &Columns, reporter: &Reporter) {
    let diff = Arc::new(Diff::of(left, right));
    reporter.send(Event::Explore(ExploreEvent::Aligned(Ok(diff))));
}

fn text(diagnostics: Vec<Diagnostic>) -> String {
    render_all(&diagnostics, Style::Plain)
}
