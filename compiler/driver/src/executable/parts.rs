//! The parts of an executable: sections, and the largest functions.

use std::{cmp::Reverse, ops::Range};

use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};
use wasmelt_module::demangle;

use crate::FunctionSize;

/// How many of the largest functions are named.
const LARGEST: usize = 10;

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutableSection {
    /// Its name.
    pub name: String,
    /// Where it lies in memory; 0 if it is not loaded.
    pub address: u64,
    /// Bytes in memory, or in the file if it is not loaded.
    pub bytes: u64,
    /// Bytes in the file.
    pub file_bytes: u64,
}

pub(super) fn sections(file: &object::File<'_>) -> Result<Vec<ExecutableSection>, String> {
    let section = |section: object::Section<'_, '_>| {
        Ok(ExecutableSection {
            name: section.name()?.to_owned(),
            address: section.address(),
            bytes: section.size(),
            file_bytes: section.file_range().map_or(0, |(_, bytes)| bytes),
        })
    };
    file.sections().map(section).collect::<object::Result<_>>().map_err(|error| error.to_string())
}

pub(super) fn largest_functions(file: &object::File<'_>) -> Vec<FunctionSize> {
    let functions = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
    let mut functions: Vec<(u64, u64, &str)> =
        functions.filter_map(|symbol| Some((symbol.size(), symbol.address(), symbol.name().ok()?))).collect();
    functions.sort_by_key(|&(bytes, address, _)| (Reverse(bytes), address));
    let named = |&(bytes, _, name): &(u64, u64, &str)| FunctionSize { name: demangle(name).into_owned(), bytes };
    functions.iter().take(LARGEST).map(named).collect()
}

/// Where `section` lies in the file.
pub(super) fn place(section: &object::Section<'_, '_>) -> Result<Range<usize>, String> {
    let place = |(start, bytes): (u64, u64)| {
        let start = usize::try_from(start).ok()?;
        Some(start..start.checked_add(usize::try_from(bytes).ok()?)?)
    };
    // Whoever read the section's contents knows that they lie in the file.
    section.file_range().and_then(place).ok_or_else(|| "a section is not in the file".to_owned())
}
