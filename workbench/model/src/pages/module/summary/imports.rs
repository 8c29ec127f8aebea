//! Imports, grouped by what they are for.

use std::collections::BTreeMap;

use serde::Serialize;
use wasmelt_driver::{Capability, ImportType, Module};

use super::Item;

/// Imports that are for the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportGroup {
    /// What for.
    #[serde(skip)]
    pub capability: Capability,
    /// The same in plain words.
    pub title: String,
    /// Who has to give it, and how.
    pub given_by: String,
    /// The imports, in order.
    pub items: Vec<Item>,
}

/// The groups of a module's imports, in the order of capabilities: what reaches outside first, other modules last.
pub(super) fn groups(module: &Module) -> Vec<ImportGroup> {
    let mut groups: BTreeMap<Capability, Vec<Item>> = BTreeMap::new();
    for import in &module.imports {
        let is_function = matches!(import.ty, ImportType::Function(_));
        let capability = Capability::of(&import.module, &import.name, is_function);
        groups.entry(capability).or_default().push(Item::import(module, import));
    }
    groups.into_iter().map(|(capability, items)| group(capability, items)).collect()
}

fn group(capability: Capability, items: Vec<Item>) -> ImportGroup {
    let given_by = match (&capability, capability.flag()) {
        (Capability::Module(_), _) => "given by another module, or by whoever hosts the code".to_owned(),
        (_, Some(flag)) => format!("needs a grant: {flag}"),
        (_, None) => "always there".to_owned(),
    };
    ImportGroup { title: title(&capability), given_by, capability, items }
}

fn title(capability: &Capability) -> String {
    let title = match capability {
        Capability::Arguments => "Reads its arguments",
        Capability::Environment => "Reads environment variables",
        Capability::Files => "Reads and writes files",
        Capability::Streams => "Uses standard streams and what is open",
        Capability::Sockets => "Talks over the network",
        Capability::Clocks => "Knows the time",
        Capability::Randomness => "Takes random numbers",
        Capability::Process => "Ends itself, or waits",
        Capability::Module(name) => return format!("Is not WASI: module `{name}`"),
    };
    title.to_owned()
}
