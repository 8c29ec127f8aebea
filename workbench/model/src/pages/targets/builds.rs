//! Builds: how far they are, and what came of them.

use std::{path::Path, time::Duration};

use serde::Serialize;
use wasmelt_driver::Stage;

use super::{Build, BuildStatus, Column, ColumnNames, Export, ExportStatus, StageTimes, command_line::command_line};
use crate::{Artifact, ExportKind};

/// A build.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BuildView<'a> {
    /// The target, as `wasmelt build --target` takes it.
    pub target: String,
    /// How code is made for it.
    pub column: ColumnNames,
    /// The file that is written.
    pub output: &'a Path,
    /// All stages, in order.
    pub stages: Vec<StageView>,
    /// Functions that are compiled, of how many; known while and after they are.
    pub compiled: Option<(usize, usize)>,
    /// How far it is.
    pub status: BuildStatusView<'a>,
    /// The command that builds the same.
    pub command_line: String,
    /// What else was made of it.
    pub exports: Vec<ExportView<'a>>,
}

/// A stage of a build.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageView {
    /// What it is called.
    pub name: String,
    /// How long it took, if it has ended.
    pub elapsed: Option<Duration>,
    /// Whether it has begun and not ended: it is at work, or where the build failed.
    pub current: bool,
}

/// How far a build is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum BuildStatusView<'a> {
    /// Builds before it are not done.
    Waiting,
    /// At work.
    Running,
    /// The executable is there.
    Done {
        /// Its size in bytes.
        size: u64,
        /// Time from the module's bytes to the written file.
        elapsed: Duration,
        /// SHA-256 of the file, in hexadecimal digits.
        sha256: &'a str,
        /// Whether building it again gave the same.
        reproducible: Reproducible,
    },
    /// It is not, and never will be.
    Failed {
        /// The diagnostics.
        text: &'a str,
    },
    /// The user did not want it any more.
    Cancelled,
}

/// Whether a second build gave the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reproducible {
    /// That is being found out.
    Comparing,
    /// It did.
    Yes,
    /// It did not: a bug.
    No,
    /// Nobody waited for it.
    Unknown,
}

/// Something else that was made of what a build was asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExportView<'a> {
    /// What.
    pub kind: ExportKind,
    /// The file, or directory.
    pub output: &'a Path,
    /// Whether it is still being made.
    pub running: bool,
    /// The diagnostics, if it failed.
    pub error: Option<&'a str>,
}

pub(super) fn view(build: &Build) -> BuildView<'_> {
    let options = &build.options;
    let stages = Stage::ALL.into_iter().map(|stage| stage_view(stage, &build.stages)).collect();
    BuildView {
        target: options.target.to_string(),
        column: Column { bounds: options.bounds, optimization: options.optimization }.names(),
        output: &build.output,
        stages,
        compiled: build.stages.compiled,
        status: status(&build.status),
        command_line: command_line(Path::new(&build.source.display), options, &build.output),
        exports: build.exports.iter().map(export).collect(),
    }
}

fn status(status: &BuildStatus) -> BuildStatusView<'_> {
    match status {
        BuildStatus::Waiting => BuildStatusView::Waiting,
        BuildStatus::Running { .. } => BuildStatusView::Running,
        BuildStatus::Comparing { artifact, .. } => done(artifact, Reproducible::Comparing),
        BuildStatus::Done(artifact) => {
            let reproducible = match artifact.reproducible {
                Some(true) => Reproducible::Yes,
                Some(false) => Reproducible::No,
                None => Reproducible::Unknown,
            };
            done(artifact, reproducible)
        }
        BuildStatus::Failed { text } => BuildStatusView::Failed { text },
        BuildStatus::Cancelled => BuildStatusView::Cancelled,
    }
}

fn done(artifact: &Artifact, reproducible: Reproducible) -> BuildStatusView<'_> {
    let Artifact { size, elapsed, ref sha256, .. } = *artifact;
    BuildStatusView::Done { size, elapsed, sha256, reproducible }
}

fn stage_view(stage: Stage, times: &StageTimes) -> StageView {
    let ended = times.ended.iter().find(|(ended, _)| *ended == stage);
    StageView {
        name: stage.to_string(),
        elapsed: ended.map(|&(_, elapsed)| elapsed),
        current: times.current == Some(stage),
    }
}

fn export(export: &Export) -> ExportView<'_> {
    let error = match &export.status {
        ExportStatus::Failed { text } => Some(text.as_str()),
        ExportStatus::Running { .. } | ExportStatus::Done => None,
    };
    let running = matches!(export.status, ExportStatus::Running { .. });
    ExportView { kind: export.kind, output: &export.output, running, error }
}
