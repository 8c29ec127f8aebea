//! Traps: how guest code is left when it cannot go on (WebAssembly core specification, section 4.4, "trap").
//!
//! Compiled code does not call the runtime to trap. It executes an instruction that faults: an access into a memory's
//! guard, an undefined instruction after a failed check, a division. The kernel reports the fault, the program's trap table
//! tells what the instruction means, and the trap leaves through [`trap`]'s one way out:
//!
//! - inside of `catch`, which test scripts use, execution goes on there;
//! - otherwise the process says in one line what happened, and ends with [`EXIT_STATUS`].

mod diagnosis;
mod report;

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use wasmelt_abi::{Status, TrapCode};

use self::diagnosis::{Diagnosis, Place, diagnose};
use crate::{
    line::Line,
    process, program,
    stack::StackZone,
    sys::{
        linux::{self, Fault, Outcome},
        stream::{Stream, write_all},
    },
};

/// Exit status of a process that trapped or that faulted otherwise: what a shell reports for `SIGABRT`.
pub const EXIT_STATUS: u32 = 134;

/// The stack pointer that the [`catch`] in progress saved; 0 if there is none.
static CATCH: AtomicUsize = AtomicUsize::new(0);

/// Traps, in a host function.
///
/// The caller's frame is not unwound, so that it holds nothing that has to be dropped.
pub fn trap(code: TrapCode) -> ! {
    leave_host(code, &Place::default())
}

/// Leaves guest code from a host function. As of [`trap`].
fn leave_host(code: TrapCode, place: &Place<'_>) -> ! {
    match leave(code, place) {
        // SAFETY: `leave` found the catch in progress; what is left between has nothing to drop (`trap`'s rule).
        Outcome::Caught { sp, value } => unsafe { linux::resume(sp, value) },
        Outcome::Default => process::exit(EXIT_STATUS),
    }
}

/// Traps in compiled code, at the call that returns to `return_address`.
pub(crate) fn trap_in_call(code: TrapCode, return_address: u64) -> ! {
    leave_host(code, &find(return_address).0)
}

/// What the program's trap table says about the instruction at `pc`.
fn find(pc: u64) -> (Place<'static>, Option<TrapCode>) {
    diagnosis::find(pc, program::header().text, program::trap_table().as_ref())
}

/// Ends the process because of an error in the runtime itself, which no program can cause.
pub fn panicked() -> ! {
    fail(Line::new("wasmelt: bug in the runtime: please report it"))
}

/// Calls `function` with `slots`, and tells whether it returned or trapped. Calls do not nest.
///
/// # Safety
///
/// `function` can be called with `slots`. It holds nothing that has to be dropped when it traps.
pub(crate) unsafe fn catch(function: unsafe extern "C" fn(*mut u128), slots: *mut u128) -> Status {
    // SAFETY: the caller's conditions are `linux::catch`'s. The stack pointer is stored before the call and taken away
    // after it, so that it is never used once `linux::catch` has returned.
    let value = unsafe { linux::catch(function, slots, CATCH.as_ptr()) };
    CATCH.store(0, Relaxed);
    Status::from_number(value).unwrap_or(Status::Returned)
}

/// What happens at a fault; runs in the signal handler.
pub(crate) fn on_fault(fault: &Fault) -> Outcome {
    let (place, site) = find(fault.pc);
    let line = match diagnose(fault, site, &StackZone::of_process()) {
        Diagnosis::Trap(code) => return leave(code, &place),
        Diagnosis::Sent => return Outcome::Default,
        Diagnosis::UnknownInstruction => report::unknown_instruction(fault, program::header().cpu_level_name()),
        Diagnosis::Bug => report::bug(fault),
    };
    fail(line)
}

/// The one way out of guest code that traps.
fn leave(code: TrapCode, place: &Place<'_>) -> Outcome {
    match CATCH.load(Relaxed) {
        0 => fail(report::trap(code, place)),
        sp => Outcome::Caught { sp, value: Status::Trapped(code).to_number() },
    }
}

fn fail(mut line: Line) -> ! {
    write_all(Stream::Error, line.end());
    process::exit(EXIT_STATUS)
}
