//! What loads and stores may assume: alias regions, traps and alignment.
//!
//! Regions are disjoint: an access to one never touches bytes of another. Calls may touch all of them.

use std::borrow::Cow;

use cranelift_codegen::ir::{AliasRegionData, MemFlagsData};

use crate::{emitter::Emitter, traps};

/// A kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    /// Globals, memory and table states, lengths of segments.
    State,
    /// Cells of tables.
    Tables,
    /// A memory, by number.
    Memory(u32),
    /// The slots of a trampoline.
    Slots,
    /// Objects.
    Heap,
    /// What never changes.
    Constants,
}

/// Flags for an access to `region`. Only an access to a memory can trap by itself; [`crate::bounds`] and [`crate::heap`] say
/// how the others are kept inside, and which of their accesses stand in for a check.
pub(crate) fn flags(emitter: &mut Emitter<'_>, region: Region) -> MemFlagsData {
    let (user_id, description) = match region {
        Region::State => (0, Cow::Borrowed("state")),
        Region::Tables => (1, Cow::Borrowed("tables")),
        Region::Slots => (2, Cow::Borrowed("slots")),
        Region::Heap => (u32::MAX, Cow::Borrowed("heap")),
        Region::Constants => (u32::MAX - 1, Cow::Borrowed("constants")),
        Region::Memory(number) => (3 + number, Cow::Owned(format!("memory {number}"))),
    };
    let alias = emitter.builder.func.dfg.alias_regions.insert(AliasRegionData { user_id, description });
    let flags = match region {
        Region::Memory(_) => MemFlagsData::new().with_trap_code(Some(traps::MEMORY_OUT_OF_BOUNDS)),
        // A vector in an object is aligned like 64-bit values.
        Region::Heap => MemFlagsData::new().with_notrap(),
        Region::Constants => MemFlagsData::trusted().with_readonly().with_can_move(),
        Region::State | Region::Tables | Region::Slots => MemFlagsData::trusted(),
    };
    flags.with_alias_region(Some(alias))
}
