//! System calls of Linux that rustix does not offer, and what else depends on the processor.

mod resource;
mod sandbox;
mod signal;
mod timer;

#[cfg(target_arch = "aarch64")]
#[path = "aarch64.rs"]
mod processor;
#[cfg(target_arch = "x86_64")]
#[path = "x86_64.rs"]
mod processor;

pub(crate) use processor::{catch, land, resume};
pub(crate) use resource::{Resource, ResourceLimit, resource_limit, set_resource_limit};
pub(crate) use sandbox::{Lacking, enter_sandbox, enter_sandbox_of_files};
pub(crate) use signal::{Fault, FaultKind, Outcome, SignalsRefused, catch_faults};
pub(crate) use timer::{Timer, end_after};

/// Ends the process with `status`, of which the kernel keeps the low 8 bits.
pub(crate) fn exit_group(status: u32) -> ! {
    loop {
        // SAFETY: the call takes no address. It does not return; the loop says so to the compiler.
        unsafe { processor::system_call(processor::EXIT_GROUP, [status as usize, 0, 0, 0]) };
    }
}
