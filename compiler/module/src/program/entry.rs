//! Where commands begin and what initialises reactors (WASI application ABI, "Commands" and "Reactors").

use super::{BoundFunction, Entry, InitStep, ProgramBuilder, ProgramFunction, words};
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
        match self.entry_function(instance, START)? {
            Some(function) => Ok(Entry::Function(function)),
            None => {
                let module = self.program.module(instance);
                Err(ProgramError::NoEntry { module: module.name.clone(), help: Some(help(module)) })
            }
        }
    }

    /// Lets the program call `_initialize` of `instance`, if it exports that, once the instance is initialised and before any
    /// later instance is.
    ///
    /// # Errors
    ///
    /// If the export is anything else than a WebAssembly function `[] -> []`.
    pub fn initialize_reactor(&mut self, instance: InstanceIndex) -> Result<(), ProgramError> {
        let function = self.entry_function(instance, INITIALIZE)?;
        self.program.init.extend(function.map(|function| InitStep::Initialize(instance, function)));
        Ok(())
    }

    /// The function without parameters and results that `instance` exports as `entry`; `None` if it exports nothing so named.
    fn entry_function(
        &self,
        instance: InstanceIndex,
        entry: &'static str,
    ) -> Result<Option<ProgramFunction>, ProgramError> {
        let module = self.program.module(instance);
        let wrong_type = |actual| ProgramError::EntryType { module: module.name.clone(), entry, actual };
        let function = match module.export(entry) {
            Some(ExternIndex::Function(function)) => function,
            Some(item) => return Err(wrong_type(words::item(module, item))),
            None => return Ok(None),
        };
        let ty = module.function_type(function);
        if !ty.params().is_empty() || !ty.results().is_empty() {
            return Err(wrong_type(words::function(ty)));
        }
        match self.program.function(instance, function) {
            BoundFunction::Wasm(function) => Ok(Some(function)),
            BoundFunction::Host(host) => {
                Err(ProgramError::EntryIsHostFunction { module: module.name.clone(), entry, function: host.name })
            }
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
