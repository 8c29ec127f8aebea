//! The process.

use super::{Status, answer};
use crate::audit::Call;
use crate::guest::Caller;
use crate::process;
use crate::sys::poll;
use crate::wasi::errno::Errno;

/// Ends the process with `code`, of which the host keeps the low 8 bits.
///
/// Capability: none.
#[unsafe(export_name = "wasi_snapshot_preview1.proc_exit")]
extern "C" fn proc_exit(_caller: Caller, code: u32) {
    process::exit(code)
}

/// Would send a signal to the process. There are no signals to be handled, and a program that wants to end has
/// `proc_exit`: the answer is always `nosys`.
///
/// Capability: none.
#[unsafe(export_name = "wasi_snapshot_preview1.proc_raise")]
extern "C" fn proc_raise(_caller: Caller, _signal: u32) -> Status {
    answer(const { &Call::of("proc_raise") }, || Err(Errno::Nosys))
}

/// Lets other threads and processes run.
///
/// Capability: none.
#[unsafe(export_name = "wasi_snapshot_preview1.sched_yield")]
extern "C" fn sched_yield(_caller: Caller) -> Status {
    poll::give_way();
    answer(const { &Call::of("sched_yield") }, || Ok(()))
}
