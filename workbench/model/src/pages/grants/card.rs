//! The cards: one for each thing that a program can be granted.

use serde::Serialize;

/// A card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    /// Directories and single files.
    Files,
    /// Connecting and listening.
    Network,
    /// Environment variables.
    Environment,
    /// Arguments.
    Arguments,
    /// Standard streams.
    Streams,
    /// Clocks.
    Clocks,
    /// Random bytes.
    Random,
    /// How much of everything.
    Limits,
}

impl Card {
    /// All of them, in the order in which they are shown: what can do the most harm first.
    pub const ALL: [Card; 8] = [
        Card::Files,
        Card::Network,
        Card::Environment,
        Card::Arguments,
        Card::Streams,
        Card::Clocks,
        Card::Random,
        Card::Limits,
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Card::Files => "Files and folders",
            Card::Network => "Network",
            Card::Environment => "Environment variables",
            Card::Arguments => "Arguments",
            Card::Streams => "Standard streams",
            Card::Clocks => "Clock",
            Card::Random => "Random bytes",
            Card::Limits => "Limits",
        }
    }
}
