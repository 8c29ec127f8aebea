//! The job that builds an executable, and then builds it again to see whether that gives the same.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use wasmelt_driver::{
    BuildOptions, Diagnostic, Observer, Silent, Source, Stage,
    diagnostics::{Style, render_all},
    write_executable,
};

use crate::{Artifact, BuildEvent, Event};

use super::{Reporter, priority::give_way};

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

pub(super) fn run(source: &Source, options: &BuildOptions, output: PathBuf, reporter: &Reporter) {
    give_way();
    let result = build(source, options, output, reporter);
    // What was made for nobody is told to nobody.
    if let Some(result) = result.transpose() {
        let result = result.map_err(|diagnostics| render_all(&diagnostics, Style::Plain));
        reporter.send(Event::Build(BuildEvent::Ended(result)));
    }
}

/// The executable; nothing if the job was cancelled.
fn build(
    source: &Source,
    options: &BuildOptions,
    output: PathBuf,
    reporter: &Reporter,
) -> Result<Option<Artifact>, Vec<Diagnostic>> {
    let begin = Instant::now();
    let executable = wasmelt_driver::build(source, options, reporter)?;
    // The compiler cannot be stopped in the middle; what it made for nobody is at least not written.
    if reporter.is_cancelled() {
        return Ok(None);
    }
    if let Some(folder) = output.parent() {
        // Where this fails, so does the writing, which says why.
        let _ = fs::create_dir_all(folder);
    }
    write_executable(&output, &executable).map_err(|diagnostic| vec![diagnostic])?;
    let artifact = Artifact {
        path: output,
        size: executable.len() as u64,
        elapsed: begin.elapsed(),
        sha256: Sha256::digest(&executable).iter().map(|byte| format!("{byte:02x}")).collect(),
        reproducible: None,
    };
    reporter.send(Event::Build(BuildEvent::Written(artifact.clone())));
    let again = wasmelt_driver::build(source, options, &Silent)?;
    Ok(Some(Artifact { reproducible: Some(again == executable), ..artifact }))
}
