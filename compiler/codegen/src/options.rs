//! What a caller decides about code generation, beyond the target.

use std::fmt;

use crate::FunctionStore;

/// How code is generated.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// What the code is optimised for.
    pub optimization: Optimization,
    /// How accesses to memories are kept inside.
    pub bounds: Bounds,
    /// Whether results that the specification leaves open are always the same.
    pub determinism: Determinism,
    /// Is told of each compiled function, from whichever thread compiled it.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Where compiled functions are kept. It makes no difference to the result.
    pub store: Option<&'a dyn FunctionStore>,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { optimization, bounds, determinism, progress: _, store: _ } = self;
        f.debug_struct("Options")
            .field("optimization", optimization)
            .field("bounds", bounds)
            .field("determinism", determinism)
            .finish_non_exhaustive()
    }
}

/// What code is optimised for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Optimization {
    /// A short compilation.
    None,
    /// Speed of the program.
    #[default]
    Speed,
    /// Speed of the program, but not at the cost of its size.
    Size,
}

/// How accesses to memories are to be kept inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bounds {
    /// By whichever way suits each memory: a guard where one works, else checks.
    #[default]
    Auto,
    /// By a guard. Memories for which none works have checks all the same: [`MemoryPlace::bounds`](crate::MemoryPlace).
    Guard,
    /// By a check before each access.
    Explicit,
}

/// Whether the same program computes the same on every target and processor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Determinism {
    /// Where the specification allows several results, it is the one that the target computes fastest.
    #[default]
    Native,
    /// The specification's deterministic profile: NaNs that arithmetic makes are the canonical one, and relaxed vector
    /// operators have the first of the results that they may have.
    Deterministic,
}

/// How far a compilation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Functions compiled so far.
    pub done: usize,
    /// All functions.
    pub total: usize,
}
