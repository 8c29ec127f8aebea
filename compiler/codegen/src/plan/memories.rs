//! Memories: one for each number, at the address that the target has for it.

use wasmelt_module::{MemoryType, Program, ProgramMemory};
use wasmelt_targets::{AddressSpace, Target};

use super::fold::Folding;
use crate::{Bounds, CompileError, MemoryBounds, MemoryPlace};

/// Most memories of a program: more would exceed the smallest user address space, 2³⁹ bytes.
const LIMIT: usize = 31;
/// Base-2 logarithm of the bytes of a page, where the memory's type does not say otherwise.
const PAGE_LOG2: u32 = 16;

/// The places of all memories, by number.
pub(super) fn places(
    program: &Program,
    target: &Target,
    bounds: Bounds,
    folding: &Folding,
) -> Result<Vec<MemoryPlace>, CompileError> {
    let count = program.memories().count();
    if count > LIMIT {
        return Err(CompileError::TooManyMemories { count, limit: LIMIT });
    }
    let place = |(memory, number)| {
        let ty = program.memory_type(memory);
        let (initial_bytes, maximum_bytes) = sizes(memory, ty)?;
        let bounds = bounds_of(ty, bounds);
        Ok(MemoryPlace {
            memory,
            base: target.address_space().memory_base(number),
            initial_bytes,
            maximum_bytes,
            reserved_bytes: match bounds {
                MemoryBounds::Guard => AddressSpace::GUARDED_MEMORY,
                MemoryBounds::Explicit => maximum_bytes,
            },
            page_size_log2: page_size_log2(ty),
            bounds,
            folded: folding.data(memory),
        })
    };
    program.memories().zip(0..).map(place).collect()
}

/// Base-2 logarithm of the bytes of a page of a memory of `ty`.
pub(super) fn page_size_log2(ty: &MemoryType) -> u8 {
    let log2 = ty.page_size_log2.unwrap_or(PAGE_LOG2);
    u8::try_from(log2).expect("invariant: the validator accepts pages of 1 and of 2¹⁶ bytes")
}

/// The initial size in bytes of a memory of `ty`; [`u64::MAX`] if it is larger.
pub(super) fn initial_bytes(ty: &MemoryType) -> u64 {
    ty.initial.saturating_mul(1 << page_size_log2(ty))
}

/// Initial and largest size in bytes.
fn sizes(memory: ProgramMemory, ty: &MemoryType) -> Result<(u64, u64), CompileError> {
    let (initial, page_log2) = (initial_bytes(ty), page_size_log2(ty));
    let limit = AddressSpace::LARGEST_MEMORY;
    if initial > limit {
        return Err(CompileError::MemoryTooLarge { memory, pages: ty.initial, page_bytes: 1 << page_log2, limit });
    }
    // The size in pages has as many bits as an index, and so does −1, which is no size.
    let most_pages = if ty.memory64 { u64::MAX } else { ((1 << 32) >> page_log2).min(u64::from(u32::MAX)) };
    let pages = ty.maximum.unwrap_or(most_pages).min(most_pages);
    Ok((initial, pages.saturating_mul(1 << page_log2).min(limit)))
}

/// How accesses to a memory of `ty` are kept inside, where `wanted` is asked for.
///
/// A guard works if an index and an offset together reach no further than it does, which takes 32-bit indices, and if the
/// memory ends where a page of the hardware does, which takes pages of 64 KiB.
fn bounds_of(ty: &MemoryType, wanted: Bounds) -> MemoryBounds {
    let guard_works = !ty.memory64 && u32::from(page_size_log2(ty)) == PAGE_LOG2;
    match wanted {
        Bounds::Auto | Bounds::Guard if guard_works => MemoryBounds::Guard,
        Bounds::Auto | Bounds::Guard | Bounds::Explicit => MemoryBounds::Explicit,
    }
}
