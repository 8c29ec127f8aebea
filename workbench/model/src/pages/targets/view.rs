//! What there is to draw of the page of targets: a matrix for each platform with a row for each CPU level, and the builds.

use std::path::Path;

use serde::Serialize;
use wasmelt_targets::{Cpu, CpuLevel};

use crate::State;

use super::{BuildView, Cell, Column, ColumnNames, builds, update};

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View<'a> {
    /// Whether there is something to build.
    pub is_open: bool,
    /// The columns of all matrices.
    pub columns: Vec<ColumnNames>,
    /// The matrices.
    pub platforms: Vec<PlatformView<'a>>,
    /// How many cells are ticked.
    pub ticked: usize,
    /// Whether a build can begin: a module is open, a cell is ticked, and no build is running.
    pub can_build: bool,
    /// Whether there is a build to cancel.
    pub can_cancel: bool,
    /// The folder that executables are written to.
    pub output_folder: &'a Path,
    /// The builds.
    pub builds: Vec<BuildView<'a>>,
}

/// A matrix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlatformView<'a> {
    /// The platform: `x86_64-linux`.
    pub name: &'static str,
    /// Why nothing can be built for it, if so.
    pub unavailable: Option<&'a str>,
    /// The rows, from the most portable level up.
    pub rows: Vec<RowView>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowView {
    /// The CPU level.
    pub level: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// Whether it is the platform's default.
    pub baseline: bool,
    /// The cells, one for each column.
    pub cells: Vec<CellView>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellView {
    /// Position in [`State::cells`](super::State::cells), which actions name it by.
    pub cell: usize,
    /// All that it stands for.
    pub name: String,
    /// Whether it is chosen.
    pub ticked: bool,
}

pub(crate) fn view(state: &State) -> View<'_> {
    let targets = &state.targets;
    View {
        is_open: state.module.opened().is_some(),
        columns: Column::all().map(Column::names).collect(),
        platforms: platforms(&targets.cells),
        ticked: targets.cells.iter().filter(|cell| cell.ticked).count(),
        can_build: update::can_build(state),
        can_cancel: targets.running().is_some(),
        output_folder: &targets.output_folder,
        builds: targets.builds.iter().map(builds::view).collect(),
    }
}

fn platforms(cells: &[Cell]) -> Vec<PlatformView<'_>> {
    let mut platforms: Vec<PlatformView<'_>> = Vec::new();
    // Cells of a platform stand together, and those of a target in it.
    for (at, cell) in cells.iter().enumerate() {
        let name = cell.target.platform();
        if platforms.last().is_none_or(|platform| platform.name != name) {
            platforms.push(PlatformView { name, unavailable: cell.unavailable.as_deref(), rows: Vec::new() });
        }
        let rows = &mut platforms.last_mut().expect("invariant: the platform was pushed if it was not there").rows;
        if at == 0 || cells[at - 1].target != cell.target {
            rows.push(row(cell));
        }
        let row = rows.last_mut().expect("invariant: the first cell of a target pushed its row");
        row.cells.push(CellView { cell: at, name: cell.to_string(), ticked: cell.ticked });
    }
    platforms
}

fn row(cell: &Cell) -> RowView {
    let (summary, baseline) = match cell.target.cpu {
        Cpu::Level(level) => (level.summary, level == CpuLevel::baseline(cell.target.architecture)),
        Cpu::Native => ("this machine's own processor; may not start elsewhere", false),
    };
    RowView { level: cell.target.cpu.name(), summary, baseline, cells: Vec::new() }
}
