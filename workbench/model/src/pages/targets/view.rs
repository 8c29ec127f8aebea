//! What there is to draw of the page of targets: a row for each platform with a cell for each CPU level, and the builds.

use std::path::Path;

use serde::Serialize;
use wasmelt_targets::{Cpu, CpuLevel};

use crate::State;

use super::{BuildView, Cell, builds};

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// The rows.
    pub platforms: Vec<PlatformView<'a>>,
    /// Whether a build can begin: a module is open, a cell is ticked, and no build is running.
    pub can_build: bool,
    /// Whether there is a build to cancel.
    pub can_cancel: bool,
    /// The folder that executables are written to.
    pub output_folder: &'a Path,
    /// The builds.
    pub builds: Vec<BuildView<'a>>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlatformView<'a> {
    /// The platform: `x86_64-linux`.
    pub name: &'static str,
    /// Why nothing can be built for it, if so.
    pub unavailable: Option<&'a str>,
    /// The cells, from the most portable one up.
    pub cells: Vec<CellView>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellView {
    /// Position in [`State::cells`](super::State::cells), which actions name it by.
    pub cell: usize,
    /// The CPU level.
    pub level: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// Whether it is the platform's default.
    pub baseline: bool,
    /// Whether it is chosen.
    pub ticked: bool,
}

pub(crate) fn view(state: &State) -> View<'_> {
    let targets = &state.targets;
    let is_running = targets.running().is_some();
    let is_ticked = targets.cells.iter().any(|cell| cell.ticked);
    View {
        platforms: platforms(&targets.cells),
        can_build: state.module.opened().is_some() && is_ticked && !is_running,
        can_cancel: is_running,
        output_folder: &targets.output_folder,
        builds: targets.builds.iter().map(builds::view).collect(),
    }
}

fn platforms(cells: &[Cell]) -> Vec<PlatformView<'_>> {
    let mut platforms: Vec<PlatformView<'_>> = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let name = cell.target.platform();
        // Cells of a platform stand together.
        if platforms.last().is_none_or(|platform| platform.name != name) {
            platforms.push(PlatformView { name, unavailable: cell.unavailable.as_deref(), cells: Vec::new() });
        }
        let platform = platforms.last_mut().expect("invariant: the platform was pushed if it was not there");
        platform.cells.push(cell_view(at, cell));
    }
    platforms
}

fn cell_view(at: usize, cell: &Cell) -> CellView {
    let (summary, baseline) = match cell.target.cpu {
        Cpu::Level(level) => (level.summary, level == CpuLevel::baseline(cell.target.architecture)),
        Cpu::Native => ("this machine's own processor; may not start elsewhere", false),
    };
    CellView { cell: at, level: cell.target.cpu.name(), summary, baseline, ticked: cell.ticked }
}
