//! Where a command begins (WASI application ABI, "Commands").

use super::{BoundFunction, Entry, ProgramBuilder, words};
use crate::{ExternIndex, InstanceIndex, Module, ProgramError, names};

/// The export at which a command begins.
const START: &str = "_start";

/// The export that initialises a reactor: a library, which its host calls.
const INITIALIZE: &str = "_initialize";

/// How many exports a help line lists.
const LISTED_EXPORTS: usize = 8;

impl ProgramBuilder {
    /// The entry of a program whose command is `instance`: its `_start`.
    ///
    /// # Errors
    ///
    /// If it exports no `_start`, or if that is anything else than a WebAssembly function `[] -> []`.
    pub fn command_entry(&self, instance: InstanceIndex) -> Result<Entry, ProgramError> {
        let module = self.program.module(instance);
        let name = || module.name.clone();
        let function = match module.export(START) {
            Some(ExternIndex::Function(function)) => function,
            Some(item) => return Err(ProgramError::EntryType { module: name(), actual: words::item(module, item) }),
            None => return Err(ProgramError::NoEntry { module: name(), help: Some(help(module)) }),
        };
        let ty = module.function_type(function);
        if !ty.params().is_empty() || !ty.results().is_empty() {
            return Err(ProgramError::EntryType { module: name(), actual: words::function(ty) });
        }
        match self.program.function(instance, function) {
            BoundFunction::Wasm(entry) => Ok(Entry::Function(entry)),
            BoundFunction::Host(host) => Err(ProgramError::EntryIsHostFunction { module: name(), function: host.name }),
        }
    }
}

/// What a module without `_start` is instead.
fn help(module: &Module) -> String {
    if module.export(INITIALIZE).is_some() {
        return format!(
            "it exports `{INITIALIZE}`, so it is a reactor, a library; compile its source as a command, with a `main`"
        );
    }
    let exports = module.exports.iter().filter(|export| matches!(export.item, ExternIndex::Function(_)));
    let exports: Vec<_> = exports.map(|export| format!("`{}`", names::printable(&export.name))).collect();
    match exports.len() {
        0 => String::from("it exports no function at all; compile its source as a command, with a `main`"),
        1..=LISTED_EXPORTS => format!("the functions it exports are {}", exports.join(", ")),
        count => {
            let listed = exports[..LISTED_EXPORTS].join(", ");
            format!("the functions it exports are {listed} and {} more", count - LISTED_EXPORTS)
        }
    }
}
