//! Timers that end the process.
//!
//! The kernel counts and sends a signal; its handler runs on the alternate stack, says why, and exits. The guest has no
//! way to stop a timer: it makes no system calls of its own, and the filter knows none that would.

use super::processor::{self, system_call};
use super::signal;
use crate::line::Line;
use crate::sys::stream::{Stream, write_all};

/// The exit status of a program whose time is up: that of `timeout`.
const TIME_IS_UP: u32 = 124;

const SIGALRM: u32 = 14;
const SIGPROF: u32 = 27;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// Time: `ITIMER_REAL`.
    Wall,
    /// Processor time: `ITIMER_PROF`.
    Processor,
}

/// The kernel's `struct __kernel_old_itimerval`: the interval, then the first time; seconds and microseconds each.
#[repr(C)]
struct Setting {
    interval: [i64; 2],
    value: [i64; 2],
}

/// Ends the process when `timer` has counted `milliseconds`, of which 0 is 1.
pub(crate) fn end_after(timer: Timer, milliseconds: u64) {
    let (which, signal) = match timer {
        Timer::Wall => (0, SIGALRM),
        Timer::Processor => (2, SIGPROF),
    };
    // Invariant: far from 2⁶³ once it is divided.
    let milliseconds = milliseconds.max(1);
    let value = [(milliseconds / 1000) as i64, (milliseconds % 1000 * 1000) as i64];
    let setting = Setting { interval: [0, 0], value };
    if signal::handle(signal, on_time).is_err() {
        return;
    }
    // SAFETY: the kernel reads the structure.
    unsafe { system_call(processor::SETITIMER, [which, (&raw const setting).addr(), 0, 0]) };
}

/// The handler of both timers' signals.
///
/// # Safety
///
/// The kernel calls it.
unsafe extern "C" fn on_time(signal: u32, _info: *const signal::SignalInfo, _context: *mut processor::UserContext) {
    let what = if signal == SIGPROF { "processor time" } else { "time" };
    let mut line = Line::new("wasmelt: limit: the program has used up its ");
    line.text(what);
    write_all(Stream::Error, line.end());
    crate::process::exit(TIME_IS_UP)
}
