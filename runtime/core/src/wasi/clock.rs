//! Clocks.

use crate::wasi::errno::Result;
use rustix::time::ClockId;

use super::types::Timestamp;
use crate::grants;
use crate::sys::clock;

/// What `id` shows: nanoseconds since 1970, since some moment of the past, or of processor time used.
pub(crate) fn now(id: ClockId) -> Result<Timestamp> {
    Ok(clock::now(grants::read_clock()?, id).into())
}

/// The smallest difference that `id` shows, in nanoseconds; at least 1.
pub(crate) fn resolution(id: ClockId) -> Result<Timestamp> {
    Ok(clock::resolution(grants::read_clock()?, id).into())
}

/// The time by which waits are measured.
pub(crate) fn waiting() -> Timestamp {
    clock::now(grants::time_wait(), ClockId::Monotonic).into()
}
