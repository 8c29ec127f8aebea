//! Builds: how far they are, and what came of them.

use std::{path::Path, time::Duration};

use serde::Serialize;
use wasmelt_driver::Stage;

use super::{Build, BuildStatus, StageTimes};

/// A build.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BuildView<'a> {
    /// The target, as `wasmelt build --target` takes it.
    pub target: String,
    /// The file that is written.
    pub output: &'a Path,
    /// All stages, in order.
    pub stages: Vec<StageView>,
    /// Functions that are compiled, of how many; known while and after they are.
    pub compiled: Option<(usize, usize)>,
    /// How far it is.
    pub status: BuildStatusView<'a>,
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
    },
    /// It is not, and never will be.
    Failed {
        /// The diagnostics.
        text: &'a str,
    },
    /// The user did not want it any more.
    Cancelled,
}

pub(super) fn view(build: &Build) -> BuildView<'_> {
    let status = match &build.status {
        BuildStatus::Waiting => BuildStatusView::Waiting,
        BuildStatus::Running { .. } => BuildStatusView::Running,
        BuildStatus::Done(artifact) => BuildStatusView::Done { size: artifact.size, elapsed: artifact.elapsed },
        BuildStatus::Failed { text } => BuildStatusView::Failed { text },
        BuildStatus::Cancelled => BuildStatusView::Cancelled,
    };
    let stages = Stage::ALL.into_iter().map(|stage| stage_view(stage, &build.stages)).collect();
    BuildView {
        target: build.target.to_string(),
        output: &build.output,
        stages,
        compiled: build.stages.compiled,
        status,
    }
}

fn stage_view(stage: Stage, times: &StageTimes) -> StageView {
    let ended = times.ended.iter().find(|(ended, _)| *ended == stage);
    StageView {
        name: stage.to_string(),
        elapsed: ended.map(|&(_, elapsed)| elapsed),
        current: times.current == Some(stage),
    }
}
