//! The job that measures.

use std::{
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

use wasmelt_benches::laboratory::{self, LaboratoryError, Progress};
use wasmelt_driver::{
    Source,
    diagnostics::{Style, render_all},
};

use crate::{
    CompareEvent, Event,
    pages::compare::{Measured, Settings},
};

use super::Reporter;

/// Time between two reports of samples: whoever draws them takes processor time from what is measured.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

pub(super) fn run(source: &Arc<Source>, settings: &Settings, reporter: &Reporter) {
    let mut batch = Batch { reporter, last: Instant::now(), rounds: None, totals: Vec::new() };
    let report = laboratory::startup(&settings.request(source), &mut |progress| {
        batch.take(progress);
        match reporter.is_cancelled() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    let result = match report {
        Ok(report) => Ok(Some(Arc::new(Measured::new(Arc::clone(source), report)))),
        Err(LaboratoryError::Stopped) => Ok(None),
        Err(LaboratoryError::Build(diagnostics)) => Err(render_all(&diagnostics, Style::Plain)),
        Err(error) => Err(error.to_string()),
    };
    reporter.send(Event::Compare(CompareEvent::Ended(result)));
}

/// Samples that were not reported yet.
struct Batch<'a> {
    reporter: &'a Reporter,
    last: Instant,
    rounds: Option<(usize, usize)>,
    /// By candidate.
    totals: Vec<Vec<Duration>>,
}

impl Batch<'_> {
    fn take(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::Rounds { done, of, totals } => {
                self.rounds = Some((done, of));
                self.totals.resize_with(totals.len().max(self.totals.len()), Vec::new);
                for (samples, total) in self.totals.iter_mut().zip(totals) {
                    samples.push(*total);
                }
                if done == of || self.last.elapsed() >= BETWEEN_REPORTS {
                    self.flush();
                }
            }
            Progress::Begins(stage) => self.send(CompareEvent::Stage(stage.to_owned())),
            Progress::Missing(missing) => self.send(CompareEvent::Missing(missing.to_owned())),
            Progress::Candidates(candidates) => {
                let names = candidates.iter().map(|candidate| candidate.name.clone()).collect();
                self.send(CompareEvent::Candidates(names));
            }
        }
    }

    fn flush(&mut self) {
        self.last = Instant::now();
        if let Some((done, of)) = self.rounds.take() {
            let totals = std::mem::take(&mut self.totals);
            self.send(CompareEvent::Rounds { done, of, totals });
        }
    }

    fn send(&self, event: CompareEvent) {
        self.reporter.send(Event::Compare(event));
    }
}
