//! What a module asks for, as its imports tell.

use wasmelt_driver::Capability;

use super::Card;
use crate::pages::module::ImportGroup;

/// What a module with these imports asks of `card`, in plain words.
pub(super) fn asks_for(imports: &[ImportGroup], card: Card) -> Option<&'static str> {
    let (capability, words) = match card {
        Card::Files => (Capability::Files, "opens files and folders by their paths"),
        Card::Network => (Capability::Sockets, "accepts connections"),
        Card::Environment => (Capability::Environment, "reads environment variables"),
        Card::Arguments => (Capability::Arguments, "reads its arguments"),
        Card::Streams => (Capability::Streams, "reads or writes streams"),
        Card::Clocks => (Capability::Clocks, "reads the time"),
        Card::Random => (Capability::Randomness, "takes random bytes"),
        Card::Limits => return None,
    };
    imports.iter().any(|group| group.capability == capability).then_some(words)
}
