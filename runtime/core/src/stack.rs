//! The program's stack is the kernel's: how deep it may grow, and how to tell that it is used up.
//!
//! The kernel extends the main stack at a fault, as far as the limit that the process has at that moment. So the soft
//! limit is set to what the program asked for, which bounds recursion under `ulimit -s unlimited` as well. Compiled code
//! touches each page of a frame in order, and so does Rust's: an overflow is a fault less than a page past the last page
//! that could be had, whatever the frame's size.
//!
//! Under qemu-user the limit has no effect; the stack is as large as the emulator made it.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::sys::linux::{self, Resource, ResourceLimit};

/// The stack pointer at the process's start; the strings of arguments and environment lie above.
static TOP: AtomicU64 = AtomicU64::new(0);
/// Most bytes that the stack can have.
static LIMIT: AtomicU64 = AtomicU64::new(0);

/// Bytes below the limit that still count as the stack's. Nothing else is there: the kernel places mappings at least
/// 128 MiB below a stack's top or at its limit (`mmap_base`), and keeps a gap of 1 MiB (`stack_guard_gap`).
const SLACK: u64 = 16 << 20;

/// Bytes around the stack pointer that count as the stack's, for a stack whose limit the kernel does not keep: a frame
/// and the page it is probed by.
const NEAR: u64 = 64 << 10;

/// Sets the limit of the stack that now ends at `top` to `wanted` bytes, or as near as the hard limit lets it.
pub(crate) fn limit(top: u64, wanted: u64) {
    TOP.store(top, Relaxed);
    let old = linux::resource_limit(Resource::Stack);
    let new = ResourceLimit { current: wanted.min(old.maximum), ..old };
    let holds = new == old || linux::set_resource_limit(Resource::Stack, &new);
    // Where it is not ours to set, the old limit holds; and where there is none, the stack pointer alone tells.
    LIMIT.store(if holds { new.current } else { finite(old.current) }, Relaxed);
}

/// `limit`, or 0 where there is none.
fn finite(limit: u64) -> u64 {
    if limit == u64::MAX { 0 } else { limit }
}

/// Where an access that faults means that the stack is used up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StackZone {
    top: u64,
    limit: u64,
}

impl StackZone {
    /// The zone of the process's stack.
    pub(crate) fn of_process() -> StackZone {
        StackZone::new(TOP.load(Relaxed), LIMIT.load(Relaxed))
    }

    /// The zone of a stack of at most `limit` bytes that ends at `top`.
    pub(crate) fn new(top: u64, limit: u64) -> StackZone {
        StackZone { top, limit }
    }

    /// Whether a fault at `address`, with the stack pointer at `sp`, means that the stack is used up.
    ///
    /// No other access gets there: a memory's accesses stay in its reservation, a table's are checked.
    pub(crate) fn overflows(&self, address: u64, sp: u64) -> bool {
        let bottom = self.top.saturating_sub(self.limit).saturating_sub(SLACK);
        (bottom..self.top).contains(&address) || address.abs_diff(sp) <= NEAR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: u64 = 0x7fff_0000_0000;
    const ZONE: StackZone = StackZone { top: TOP, limit: 8 << 20 };

    #[test]
    fn the_zone_reaches_from_the_top_to_below_the_limit() {
        let bottom = TOP - (24 << 20);
        for (address, expected) in [(TOP, false), (TOP - 1, true), (bottom, true), (bottom - 1, false), (0, false)] {
            assert_eq!(ZONE.overflows(address, 0x1000_0000), expected, "{address:#x}");
        }
    }

    #[test]
    fn a_fault_near_the_stack_pointer_is_the_stacks_wherever_that_is() {
        let sp = 0x5500_0000_0000;
        for (address, expected) in
            [(sp, true), (sp - NEAR, true), (sp - NEAR - 1, false), (sp + NEAR, true), (sp + NEAR + 1, false)]
        {
            assert_eq!(ZONE.overflows(address, sp), expected, "{address:#x}");
        }
    }
}
