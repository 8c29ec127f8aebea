//! What the page of targets knows.

use std::{path::PathBuf, sync::Arc, time::Duration};

use wasmelt_driver::{BuildOptions, Source, Stage};

use crate::{Artifact, ExportKind, Generation};

use super::Cell;

/// What the page knows.
#[derive(Clone, Debug)]
pub struct State {
    /// The folder that executables are written to.
    pub output_folder: PathBuf,
    /// The cells there are, platform by platform and target by target.
    pub cells: Vec<Cell>,
    /// The builds of the open module that were asked for last, in order of their cells. At most one is running.
    pub builds: Vec<Build>,
}

/// A build for one cell.
#[derive(Clone, Debug)]
pub struct Build {
    /// What is built.
    pub source: Arc<Source>,
    /// How, and with which grants.
    pub options: Arc<BuildOptions>,
    /// The file that is written.
    pub output: PathBuf,
    /// How long each stage took.
    pub stages: StageTimes,
    /// How far it is.
    pub status: BuildStatus,
    /// What else was made of it, a kind at most once.
    pub exports: Vec<Export>,
}

/// How far a build is through the stages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// Stages that have ended, in order.
    pub ended: Vec<(Stage, Duration)>,
    /// The stage at work.
    pub current: Option<Stage>,
    /// Functions that are compiled, of how many; known while and after they are.
    pub compiled: Option<(usize, usize)>,
}

/// How far a build is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildStatus {
    /// Builds before it are not done.
    Waiting,
    /// At work.
    Running {
        /// The job that builds it.
        generation: Generation,
    },
    /// The executable is there, and is built again to see whether that gives the same.
    Comparing {
        /// The job that does that.
        generation: Generation,
        /// The executable.
        artifact: Artifact,
    },
    /// The executable is there.
    Done(Artifact),
    /// It is not, and never will be.
    Failed {
        /// The diagnostics.
        text: String,
    },
    /// The user did not want it any more.
    Cancelled,
}

/// Something else that is made of what a build was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// What.
    pub kind: ExportKind,
    /// The file, or directory.
    pub output: PathBuf,
    /// How far it is.
    pub status: ExportStatus,
}

/// How far an export is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportStatus {
    /// At work.
    Running {
        /// The job that makes it.
        generation: Generation,
    },
    /// It is there.
    Done,
    /// It is not, and never will be.
    Failed {
        /// The diagnostics.
        text: String,
    },
}

impl State {
    /// The build at work, with its job.
    pub(super) fn running(&self) -> Option<(usize, Generation)> {
        self.builds.iter().enumerate().find_map(|(at, build)| match build.status {
            BuildStatus::Running { generation } | BuildStatus::Comparing { generation, .. } => Some((at, generation)),
            _ => None,
        })
    }

    /// The export that `job` makes, if it is still wanted.
    pub(super) fn export_of(&mut self, job: Generation) -> Option<&mut Export> {
        let exports = self.builds.iter_mut().flat_map(|build| &mut build.exports);
        exports.into_iter().find(|export| export.status == ExportStatus::Running { generation: job })
    }
}
