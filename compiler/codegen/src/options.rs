//! What a caller decides about code generation, beyond the target.

use std::fmt;

use crate::FunctionStore;

/// How code is generated.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// What the code is optimised for.
    pub optimization: Optimization,
    /// Is told of each compiled function, from whichever thread compiled it.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Where compiled functions are kept. It makes no difference to the result.
    pub store: Option<&'a dyn FunctionStore>,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("optimization", &self.optimization).finish_non_exhaustive()
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

/// How far a compilation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Functions compiled so far.
    pub done: usize,
    /// All functions.
    pub total: usize,
}
