//! What there is to draw of the page that compares.

use std::{path::PathBuf, time::Duration};

use serde::Serialize;
use wasmelt_benches::{
    Claim, Distribution, Ratio, claims,
    laboratory::OURS,
    report::{RatioText, SpanText, describe},
    rivals::Missing,
};

use crate::State;

use super::{Measured, Plot, Run, Settings, update::folder};

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// How to measure.
    pub settings: &'a Settings,
    /// How samples are shown.
    pub plot: Plot,
    /// Whether a measurement can begin: a module is open, and none goes on.
    pub can_start: bool,
    /// How far it is.
    pub run: RunView<'a>,
    /// A row for each candidate, the floor first.
    pub rows: Vec<RowView<'a>>,
    /// Lines to hold the figures against.
    pub claims: Vec<Claim>,
    /// Rivals that are not measured, and why.
    pub missing: &'a [Missing],
    /// The folder that reports are written to.
    pub folder: PathBuf,
    /// The report that was written last.
    pub saved: Option<SavedView<'a>>,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum RunView<'a> {
    /// No module is open.
    NoModule,
    /// Nothing was measured.
    Idle,
    /// It goes on.
    Running {
        /// What it does.
        stage: &'a str,
        /// Rounds that are done, of how many.
        rounds: Option<(usize, usize)>,
        /// Whether it was told to stop.
        stopping: bool,
    },
    /// It is over.
    Done {
        /// What was measured, how, and where.
        facts: Vec<String>,
        /// Why nothing should be concluded from it.
        warnings: &'a [String],
    },
    /// It could not be measured.
    Failed {
        /// Why.
        text: &'a str,
    },
}

/// A candidate. Figures are as people read them; those that are not known yet are empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowView<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it is one of our executables.
    pub ours: bool,
    /// How many samples there are.
    pub samples: usize,
    /// The shortest time.
    pub minimum: String,
    /// The median.
    pub median: String,
    /// The 99th percentile.
    pub p99: String,
    /// Its median, as a multiple of the floor's.
    pub to_floor: String,
    /// Where that multiple lies with 95 % confidence.
    pub interval: String,
    /// Its median, as a multiple of that of our executable with its sandbox.
    pub to_ours: String,
    /// The shape of its samples.
    pub shape: Option<&'a Distribution>,
}

/// A file that was to be written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SavedView<'a> {
    /// The file.
    pub path: String,
    /// Whether it is there by now.
    pub done: bool,
    /// Why it never will be.
    pub error: Option<&'a str>,
}

pub(crate) fn view(state: &State) -> View<'_> {
    let page = &state.compare;
    let is_open = state.module.opened().is_some();
    let rows = rows(&page.run);
    let medians = rows.iter().filter_map(|row| Some((row.name, row.shape?.summary.median)));
    View {
        settings: &page.settings,
        plot: page.plot,
        can_start: is_open && !matches!(page.run, Run::Running(_)),
        run: run(&page.run, is_open),
        claims: claims(medians),
        missing: match &page.run {
            Run::Running(live) => &live.missing,
            Run::Done(measured) => &measured.report.missing,
            Run::Idle | Run::Failed { .. } => &[],
        },
        folder: folder(state),
        saved: page.saved.as_ref().map(|saved| SavedView {
            path: saved.path.display().to_string(),
            done: matches!(saved.outcome, Some(Ok(()))),
            error: saved.outcome.as_ref().and_then(|outcome| outcome.as_ref().err()).map(String::as_str),
        }),
        rows,
    }
}

fn run(run: &Run, is_open: bool) -> RunView<'_> {
    match run {
        Run::Idle if is_open => RunView::Idle,
        Run::Idle => RunView::NoModule,
        Run::Running(live) => RunView::Running { stage: &live.stage, rounds: live.rounds, stopping: live.stopping },
        Run::Done(measured) => RunView::Done { facts: describe(&measured.report), warnings: &measured.report.warnings },
        Run::Failed { text, .. } => RunView::Failed { text },
    }
}

fn rows(run: &Run) -> Vec<RowView<'_>> {
    match run {
        Run::Running(live) => {
            let taken: Vec<_> = live.taken.iter().map(|taken| (taken.name.as_str(), taken.shape.as_ref())).collect();
            let median = |at: Option<&(&str, Option<&Distribution>)>| Some(at?.1?.summary.median);
            let floor = median(taken.first());
            let ours = median(taken.iter().find(|(name, _)| *name == OURS));
            taken.iter().map(|&(name, shape)| live_row(name, shape, floor, ours)).collect()
        }
        Run::Done(measured) => measured_rows(measured),
        Run::Idle | Run::Failed { .. } => Vec::new(),
    }
}

/// Confidence takes many draws, and comes when all samples are there.
fn live_row<'a>(
    name: &'a str,
    shape: Option<&'a Distribution>,
    floor: Option<Duration>,
    ours: Option<Duration>,
) -> RowView<'a> {
    let multiple = |base: Option<Duration>| {
        let base = base.filter(|base| !base.is_zero())?;
        Some(RatioText(shape?.summary.median.as_secs_f64() / base.as_secs_f64()).to_string())
    };
    let (to_floor, to_ours) = (multiple(floor), multiple(ours));
    RowView { to_floor: to_floor.unwrap_or_default(), to_ours: to_ours.unwrap_or_default(), ..row(name, shape) }
}

fn measured_rows(measured: &Measured) -> Vec<RowView<'_>> {
    let text = |ratio: Option<Ratio>| ratio.map_or_else(String::new, |ratio| RatioText(ratio.median).to_string());
    let interval = |ratio: Ratio| format!("{} to {}", RatioText(ratio.low), RatioText(ratio.high));
    let entries = measured.report.entries.iter().zip(&measured.shapes);
    entries
        .map(|(entry, shape)| {
            let to_floor = entry.row.total.to_first;
            RowView {
                to_floor: text(to_floor),
                interval: to_floor.map_or_else(String::new, interval),
                to_ours: text(entry.to_ours),
                ..row(&entry.row.name, Some(shape))
            }
        })
        .collect()
}

/// A row with what the shape tells.
fn row<'a>(name: &'a str, shape: Option<&'a Distribution>) -> RowView<'a> {
    let figure =
        |of: fn(&Distribution) -> Duration| shape.map_or_else(String::new, |shape| SpanText(of(shape)).to_string());
    RowView {
        name,
        ours: name.starts_with(OURS),
        samples: shape.map_or(0, |shape| shape.summary.samples),
        minimum: figure(|shape| shape.summary.minimum),
        median: figure(|shape| shape.summary.median),
        p99: figure(|shape| shape.summary.p99),
        to_floor: String::new(),
        interval: String::new(),
        to_ours: String::new(),
        shape,
    }
}
