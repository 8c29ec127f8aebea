//! The job that builds an executable.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use wasmelt_driver::{
    BuildOptions, Diagnostic, Observer, Source, Stage,
    diagnostics::{Style, render_all},
    write_executable,
};
use wasmelt_targets::Target;

use crate::{Artifact, BuildEvent, Event};

use super::Reporter;

impl Observer for Reporter {
    fn began(&self, stage: Stage) {
        self.send(Event::Build(BuildEvent::StageBegan(stage)));
    }

    fn ended(&self, stage: Stage, elapsed: Duration) {
        self.send(Event::Build(BuildEvent::StageEnded(stage, elapsed)));
    }

    fn compiled(&self, done: usize, total: usize) {
        // A report for each percent: more would be seen by nobody, and wake the user interface for nothing.
        let percent = |done: usize| done * 100 / total.max(1);
        if percent(done) != percent(done.saturating_sub(1)) {
            self.send(Event::Build(BuildEvent::Compiled { done, total }));
        }
    }
}

pub(super) fn run(source: &Source, target: &Target, output: PathBuf, reporter: &Reporter) {
    let begin = Instant::now();
    let executable = wasmelt_driver::build(source, &BuildOptions::new(*target), reporter);
    // The compiler cannot be stopped in the middle; what it made for nobody is at least not written.
    if reporter.is_cancelled() {
        return;
    }
    let artifact = executable.and_then(|executable| write(output, &executable, begin));
    let result = artifact.map_err(|diagnostics| render_all(&diagnostics, Style::Plain));
    reporter.send(Event::Build(BuildEvent::Ended(result)));
}

fn write(path: PathBuf, executable: &[u8], begin: Instant) -> Result<Artifact, Vec<Diagnostic>> {
    write_executable(&path, executable).map_err(|diagnostic| vec![diagnostic])?;
    Ok(Artifact { path, size: executable.len() as u64, elapsed: begin.elapsed() })
}
