//! What the page of targets knows.

use std::{path::PathBuf, time::Duration};

use wasmelt_driver::{Stage, is_available};
use wasmelt_targets::{Architecture, Cpu, CpuLevel, Target};

use crate::{Artifact, Generation};

/// What the page knows.
#[derive(Clone, Debug)]
pub struct State {
    /// The folder that executables are written to.
    pub output_folder: PathBuf,
    /// The targets there are, platform by platform.
    pub cells: Vec<Cell>,
    /// The builds of the open module that were asked for last, in order of their targets. At most one is running.
    pub builds: Vec<Build>,
}

/// A target that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The target.
    pub target: Target,
    /// Why nothing can be built for it, if so.
    pub unavailable: Option<String>,
    /// Whether it is chosen.
    pub ticked: bool,
}

/// A build for one target.
#[derive(Clone, Debug)]
pub struct Build {
    /// Where the executable is to run.
    pub target: Target,
    /// The file that is written.
    pub output: PathBuf,
    /// How long each stage took.
    pub stages: StageTimes,
    /// How far it is.
    pub status: BuildStatus,
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

impl State {
    /// The build at work, with its job.
    pub(super) fn running(&self) -> Option<(usize, Generation)> {
        self.builds.iter().enumerate().find_map(|(at, build)| match build.status {
            BuildStatus::Running { generation } => Some((at, generation)),
            _ => None,
        })
    }
}

impl Cell {
    /// Every target this compiler knows; the host's portable one is ticked.
    pub fn all() -> Vec<Cell> {
        let host = Architecture::host();
        let native = host.map(|architecture| Target { cpu: Cpu::Native, ..Target::baseline(architecture) });
        Architecture::ALL.into_iter().flat_map(|architecture| cells_of(architecture, host, native)).collect()
    }
}

fn cells_of(
    architecture: Architecture,
    host: Option<Architecture>,
    native: Option<Target>,
) -> impl Iterator<Item = Cell> {
    // A runtime serves every level of its architecture.
    let baseline = Target::baseline(architecture);
    let unavailable = is_available(&baseline).err().map(|diagnostic| diagnostic.to_string());
    let levels = CpuLevel::of(architecture).map(move |level| Target { cpu: Cpu::Level(level), ..baseline });
    let native = native.filter(|target| target.architecture == architecture);
    levels.chain(native).map(move |target| Cell {
        target,
        unavailable: unavailable.clone(),
        ticked: unavailable.is_none() && host == Some(architecture) && target == baseline,
    })
}
