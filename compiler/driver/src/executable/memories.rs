//! The memories of an executable, and how accesses to them are kept inside.

use std::mem::offset_of;

use object::{Object, ObjectSection};
use wasmelt_abi::{BOUNDS_EXPLICIT, BOUNDS_GUARD, MemoryState, ProgramHeader, sections};

use super::{u32_at, u64_at};
use crate::Bounds;

/// A memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutableMemory {
    /// Its size at first, in bytes.
    pub initial_bytes: u64,
    /// Its largest size, in bytes.
    pub maximum_bytes: u64,
    /// [`Bounds::Guard`] or [`Bounds::Explicit`].
    pub bounds: Bounds,
}

/// The memories that `header` leads to.
pub(super) fn read(file: &object::File<'_>, header: &[u8]) -> Result<Vec<ExecutableMemory>, String> {
    // What the state is at first: where it is, or where it is copied from.
    let (name, start) = match u64_at(header, offset_of!(ProgramHeader, state_image)) {
        0 => (sections::STATE, u64_at(header, offset_of!(ProgramHeader, state))),
        image => (sections::CONSTANTS, image),
    };
    let section = file.section_by_name(name).ok_or_else(|| format!("it has no section {name}"))?;
    let bytes = section.data().map_err(|error| error.to_string())?;
    let within = u64_at(header, offset_of!(ProgramHeader, memories))
        .checked_sub(u64_at(header, offset_of!(ProgramHeader, state)));
    let address = within.and_then(|within| start.checked_add(within));
    let first = address.and_then(|address| usize::try_from(address.checked_sub(section.address())?).ok());
    let states = first.and_then(|first| bytes.get(first..)).unwrap_or_default();
    let count = u32_at(header, offset_of!(ProgramHeader, memory_count));
    let memories: Option<Vec<_>> =
        (0..count as usize).map(|number| memory(states.chunks_exact(size_of::<MemoryState>()).nth(number)?)).collect();
    memories.ok_or_else(|| "its memories are not where it says".to_owned())
}

fn memory(state: &[u8]) -> Option<ExecutableMemory> {
    let at = offset_of!(MemoryState, bounds);
    let bounds = match u16::from_le_bytes([state[at], state[at + 1]]) {
        BOUNDS_GUARD => Bounds::Guard,
        BOUNDS_EXPLICIT => Bounds::Explicit,
        _ => return None,
    };
    Some(ExecutableMemory {
        initial_bytes: u64_at(state, offset_of!(MemoryState, byte_length)),
        maximum_bytes: u64_at(state, offset_of!(MemoryState, maximum_bytes)),
        bounds,
    })
}
