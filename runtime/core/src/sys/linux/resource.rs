//! Limits of the process that the kernel keeps: read by `getrlimit`, set by `prlimit64`, whose numbers are as wide on these
//! processors. The kernel says no limit by the largest number, which is just what is needed to compare limits.

use core::ptr;

use super::processor::{self, system_call};

/// What is limited, by the kernel's number (`asm-generic/resource.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    /// Bytes of the main stack.
    Stack = 3,
    /// One more than the highest descriptor.
    OpenFiles = 7,
}

/// A limit, the kernel's `struct rlimit64`; `u64::MAX` for none.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ResourceLimit {
    /// What holds.
    pub(crate) current: u64,
    /// What it may be raised to.
    pub(crate) maximum: u64,
}

/// The limit of `resource`.
pub(crate) fn resource_limit(resource: Resource) -> ResourceLimit {
    let mut limit = ResourceLimit { current: u64::MAX, maximum: u64::MAX };
    // SAFETY: the kernel writes the structure; it has no reason to refuse, and leaves it as it is if it does.
    unsafe { system_call(processor::GETRLIMIT, [resource as usize, (&raw mut limit).addr(), 0, 0]) };
    limit
}

/// Sets the limit of `resource`; whether the kernel agreed.
pub(crate) fn set_resource_limit(resource: Resource, limit: &ResourceLimit) -> bool {
    // SAFETY: the kernel reads the structure.
    unsafe { system_call(processor::PRLIMIT64, [0, resource as usize, ptr::from_ref(limit).addr(), 0]) == 0 }
}
