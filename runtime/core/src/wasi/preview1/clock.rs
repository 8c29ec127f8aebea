//! Clocks.

use crate::audit::Call;
use rustix::time::ClockId;

use super::{Status, answer};
use crate::guest::{Caller, GuestAddress};
use crate::wasi::clock;
use crate::wasi::errno::{Errno, Result};

/// The clock with the number `id` (`clockid`).
pub(super) fn clock_id(id: u32) -> Result<ClockId> {
    match id {
        0 => Ok(ClockId::Realtime),
        1 => Ok(ClockId::Monotonic),
        2 => Ok(ClockId::ProcessCPUTime),
        3 => Ok(ClockId::ThreadCPUTime),
        _ => Err(Errno::Inval),
    }
}

/// Writes the smallest difference that the clock `id` shows to `resolution` (u64, nanoseconds).
///
/// Capability: clocks; coarse ones show whole milliseconds.
///
/// Errors: `inval` for an unknown clock, `notcapable`, `fault`.
#[unsafe(export_name = "wasi_snapshot_preview1.clock_res_get")]
extern "C" fn clock_res_get(mut caller: Caller, id: u32, resolution: GuestAddress) -> Status {
    answer(const { &Call::of("clock_res_get") }, || {
        caller.memory().write_u64(resolution, clock::resolution(clock_id(id)?)?.0)
    })
}

/// Writes what the clock `id` shows to `time` (u64, nanoseconds). `precision`, how far it may be off in nanoseconds, is
/// not needed: the answer is as exact as is granted.
///
/// Capability: clocks; coarse ones show whole milliseconds.
///
/// Errors: `inval` for an unknown clock, `notcapable`, `fault`.
#[unsafe(export_name = "wasi_snapshot_preview1.clock_time_get")]
extern "C" fn clock_time_get(mut caller: Caller, id: u32, _precision: u64, time: GuestAddress) -> Status {
    answer(const { &Call::of("clock_time_get") }, || caller.memory().write_u64(time, clock::now(clock_id(id)?)?.0))
}
