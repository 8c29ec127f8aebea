//! What can be asked of the page that explores.

use serde::Serialize;

use super::{Dial, Mode, Order, Side};

/// What can be asked of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The text of the search field changed.
    Search(String),
    /// List functions in this order.
    Sort(Order),
    /// Look at the function with this index.
    Select(u32),
    /// Go to the page, and look at the function with this index.
    Open(u32),
    /// Look at the function that was looked at before.
    Back,
    /// Show one build in three columns, or two beside one another.
    Show(Mode),
    /// Turn a dial of a build to the option at this position.
    Choose {
        /// Of which build.
        side: Side,
        /// The dial.
        dial: Dial,
        /// Position among its options.
        option: usize,
    },
    /// Show two builds that differ in one respect only.
    Contrast(Contrast),
    /// The pointer is at a line of the operator at this offset, or at none.
    Point(Option<u32>),
    /// A line of the operator at this offset was clicked; a second time lets it go.
    Pin {
        /// The operator's byte offset in the module.
        offset: u32,
        /// Where the line is.
        pane: Pane,
    },
}

/// A respect in which two builds can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contrast {
    /// Both architectures.
    Architectures,
    /// Accesses kept inside by a guard, and by checks.
    Bounds,
    /// Without optimisation, and with.
    Optimizations,
}

/// A column of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    /// The module's text.
    Text,
    /// Intermediate code.
    Clif,
    /// Machine code.
    Code,
    /// Two builds' machine code.
    Diff,
}

impl Contrast {
    /// All of them.
    pub const ALL: [Contrast; 3] = [Contrast::Architectures, Contrast::Bounds, Contrast::Optimizations];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Contrast::Architectures => "x86_64 | aarch64",
            Contrast::Bounds => "guard | explicit",
            Contrast::Optimizations => "-O0 | -O2",
        }
    }
}
