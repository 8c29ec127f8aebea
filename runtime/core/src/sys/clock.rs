//! Clocks.

use rustix::time::{self, ClockId, Timespec};

use crate::grants::{Granted, ReadClock};

/// What `clock` shows.
pub(crate) fn now(_granted: Granted<ReadClock, ()>, clock: ClockId) -> Timespec {
    time::clock_gettime(clock)
}

/// The smallest difference that `clock` shows.
pub(crate) fn resolution(_granted: Granted<ReadClock, ()>, clock: ClockId) -> Timespec {
    time::clock_getres(clock)
}
