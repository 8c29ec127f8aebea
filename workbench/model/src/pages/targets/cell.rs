//! The matrix: targets × ways to keep accesses inside × what is optimised for.

use std::fmt;

use serde::Serialize;
use wasmelt_driver::{Bounds, Optimization, is_available};
use wasmelt_targets::{Architecture, Cpu, CpuLevel, Target};

/// A cell of the matrix, which can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where the executable is to run.
    pub target: Target,
    /// How code is made for it.
    pub column: Column,
    /// Why nothing can be built for it, if so.
    pub unavailable: Option<String>,
    /// Whether it is chosen.
    pub ticked: bool,
}

/// How code is made: a column of the matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// How accesses to memories are kept inside.
    pub bounds: Bounds,
    /// What is optimised for.
    pub optimization: Optimization,
}

/// A column's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnNames {
    /// How accesses are kept inside, as `--bounds` takes it.
    pub bounds: &'static str,
    /// What is optimised for, as `--optimize` takes it.
    pub optimization: &'static str,
}

impl Column {
    /// All columns, those of a bounds strategy together.
    pub fn all() -> impl Iterator<Item = Column> {
        let optimizations = [Optimization::None, Optimization::Speed, Optimization::Size];
        [Bounds::Auto, Bounds::Guard, Bounds::Explicit]
            .into_iter()
            .flat_map(move |bounds| optimizations.map(|optimization| Column { bounds, optimization }))
    }

    /// What `wasmelt build` calls it.
    pub fn names(self) -> ColumnNames {
        let bounds = match self.bounds {
            Bounds::Auto => "auto",
            Bounds::Guard => "guard",
            Bounds::Explicit => "explicit",
        };
        let optimization = match self.optimization {
            Optimization::None => "none",
            Optimization::Speed => "speed",
            Optimization::Size => "size",
        };
        ColumnNames { bounds, optimization }
    }
}

impl Cell {
    /// The cell for `target` in the default column, not chosen.
    pub fn new(target: Target) -> Cell {
        Cell { target, column: Column::default(), unavailable: None, ticked: false }
    }

    /// Every cell, platform by platform and target by target; the host's portable target is chosen as `wasmelt build` would
    /// build for it.
    pub fn all() -> Vec<Cell> {
        let host = Architecture::host();
        Architecture::ALL.into_iter().flat_map(|architecture| cells_of(architecture, host)).collect()
    }
}

/// What it is known by in a session, and to a screen reader.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ColumnNames { bounds, optimization } = self.column.names();
        write!(f, "{}, bounds {bounds}, optimise {optimization}", self.target)
    }
}

fn cells_of(architecture: Architecture, host: Option<Architecture>) -> Vec<Cell> {
    // A runtime serves every level of its architecture.
    let baseline = Target::baseline(architecture);
    let unavailable = is_available(&baseline).err().map(|diagnostic| diagnostic.to_string());
    let is_host = host == Some(architecture);
    let levels = CpuLevel::of(architecture).map(Cpu::Level).chain(is_host.then_some(Cpu::Native));
    let targets = levels.map(|cpu| Target { cpu, ..baseline });
    let cell = |target: Target, column: Column| {
        let is_default = is_host && target == baseline && column == Column::default();
        Cell { target, column, unavailable: unavailable.clone(), ticked: unavailable.is_none() && is_default }
    };
    targets.flat_map(|target| Column::all().map(move |column| (target, column))).map(|(t, c)| cell(t, c)).collect()
}
