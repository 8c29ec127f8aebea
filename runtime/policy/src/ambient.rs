//! What every process has around it: standard streams, clocks, randomness. A policy grants the streams unless it says
//! otherwise, and the others only if it says so.

/// Which standard streams the program has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    /// Standard input.
    pub input: bool,
    /// Standard output.
    pub output: bool,
    /// Standard error.
    pub error: bool,
}

impl Streams {
    /// All of them.
    pub const ALL: Streams = Streams { input: true, output: true, error: true };
    /// None of them.
    pub const NONE: Streams = Streams { input: false, output: false, error: false };
}

/// What the program sees of the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clocks {
    /// Nothing. It can still wait for a time to pass.
    None,
    /// Whole milliseconds.
    Coarse,
    /// What the host sees.
    Exact,
}

/// Where the program's random bytes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Randomness {
    /// Nowhere: it has none.
    None,
    /// The kernel.
    Real,
    /// This number: the same bytes each time. Not fit for secrets.
    Seeded(u64),
}
