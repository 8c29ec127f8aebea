//! The state section: space for one thing after another.

use std::mem::size_of;

use wasmelt_abi::{MemoryState, TableState};

use crate::CompileError;

/// The state section as far as it is filled.
#[derive(Debug)]
pub(super) struct StateSection {
    bytes: u64,
}

impl StateSection {
    /// Offset of the memory states, which come first.
    pub(super) const MEMORY_STATES: u64 = 0;
    /// Most bytes: offsets in the section are displacements of 32-bit signed width.
    const LIMIT: u64 = 1 << 30;
    /// Its own alignment, and the widest of what it holds.
    const ALIGNMENT: u64 = 16;

    /// A section that holds `memories` memory states.
    pub(super) fn new(memories: usize) -> StateSection {
        // Lossless: usize to u64.
        StateSection { bytes: StateSection::MEMORY_STATES + (memories * size_of::<MemoryState>()) as u64 }
    }

    /// Space for `bytes` bytes, at a multiple of `alignment`, a power of two of at most 16.
    pub(super) fn reserve(&mut self, bytes: u64, alignment: u64) -> u64 {
        debug_assert!(alignment <= StateSection::ALIGNMENT);
        let offset = self.bytes.next_multiple_of(alignment);
        self.bytes = offset.saturating_add(bytes);
        offset
    }

    /// Space for a u64.
    pub(super) fn reserve_u64(&mut self) -> u64 {
        self.reserve(8, 8)
    }

    /// Space for a table state.
    pub(super) fn reserve_table_state(&mut self) -> u64 {
        // Lossless: usize to u64.
        self.reserve(size_of::<TableState>() as u64, align_of::<TableState>() as u64)
    }

    /// The section's size in bytes.
    pub(super) fn finish(self) -> Result<u64, CompileError> {
        let bytes = self.bytes.saturating_add(StateSection::ALIGNMENT - 1) & !(StateSection::ALIGNMENT - 1);
        if bytes > StateSection::LIMIT {
            return Err(CompileError::StateTooLarge { bytes, limit: StateSection::LIMIT });
        }
        Ok(bytes)
    }
}
