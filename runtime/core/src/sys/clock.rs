//! Clocks.

use rustix::time::{self, ClockId, Timespec};

use crate::grants::{Exactness, Granted, ReadClock};
use crate::process;

/// What `clock` shows, for the runtime itself.
pub(crate) fn read(clock: ClockId) -> Timespec {
    process::share_auxiliary_vector();
    time::clock_gettime(clock)
}

/// What `clock` shows.
pub(crate) fn now(granted: Granted<ReadClock, Exactness>, clock: ClockId) -> Timespec {
    let Timespec { tv_sec, tv_nsec } = read(clock);
    let Exactness(step) = *granted.subject();
    // Lossless: a step is a part of a second.
    Timespec { tv_sec, tv_nsec: tv_nsec - tv_nsec % step.max(1) as i64 }
}

/// The smallest difference that `clock` shows.
pub(crate) fn resolution(granted: Granted<ReadClock, Exactness>, clock: ClockId) -> Timespec {
    let Timespec { tv_sec, tv_nsec } = time::clock_getres(clock);
    let Exactness(step) = *granted.subject();
    Timespec { tv_sec, tv_nsec: if tv_sec == 0 { tv_nsec.max(step as i64) } else { tv_nsec } }
}
