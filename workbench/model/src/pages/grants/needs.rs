//! What a module asks for, as its imports tell.

use std::collections::BTreeSet;

use wasmelt_driver::Capability;

use super::Card;
use crate::pages::module::{ImportGroup, ItemKind};

/// What a module asks for.
#[derive(Debug)]
pub(super) struct Needs(BTreeSet<Capability>);

impl Needs {
    /// What these imports are for.
    pub(super) fn of(imports: &[ImportGroup]) -> Needs {
        let items = imports.iter().flat_map(|group| group.items.iter().map(|item| (&group.module, item)));
        Needs(items.map(|(module, it)| Capability::of(module, &it.name, it.kind == ItemKind::Function)).collect())
    }

    /// What is asked of `card`, in plain words.
    pub(super) fn asks_for(&self, card: Card) -> Option<&'static str> {
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
        self.0.contains(&capability).then_some(words)
    }
}
