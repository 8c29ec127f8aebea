//! Memories: one for each number, at the address that the target has for it.

use wasmelt_module::Program;
use wasmelt_targets::{AddressSpace, Target};

use super::fold::Folding;
use crate::{CompileError, MemoryPlace};

/// Most memories of a program: more would exceed the smallest user address space, 2³⁹ bytes.
const LIMIT: usize = 31;
/// Bytes of a page.
const PAGE: u64 = 64 << 10;
/// Pages of the largest 32-bit memory.
const MAXIMUM_PAGES: u64 = 1 << 16;

/// The places of all memories, by number.
pub(super) fn places(program: &Program, target: &Target, folding: &Folding) -> Result<Vec<MemoryPlace>, CompileError> {
    let count = program.memories().count();
    if count > LIMIT {
        return Err(CompileError::TooManyMemories { count, limit: LIMIT });
    }
    let place = |(memory, number)| {
        let ty = program.memory_type(memory);
        let maximum = ty.maximum.unwrap_or(MAXIMUM_PAGES).min(MAXIMUM_PAGES);
        MemoryPlace {
            memory,
            base: target.address_space().memory_base(number),
            initial_bytes: ty.initial * PAGE,
            maximum_bytes: maximum * PAGE,
            reserved_bytes: AddressSpace::GUARDED_MEMORY,
            folded: folding.data(memory),
        }
    };
    Ok(program.memories().zip(0..).map(place).collect())
}
