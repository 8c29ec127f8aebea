//! Work that takes all processors gives way to the user interface, which needs one for a millisecond now and then.

use rustix::{process::setpriority_process, thread::gettid};

/// How far the work stands back, of 19 (setpriority(2)).
const NICE: i32 = 5;

/// Lowers the priority of this thread and of those that it starts, the compiler's pool among them if it is the first to use
/// it: on Linux each thread has its own. Not for jobs that start programs whose speed matters.
pub(super) fn give_way() {
    // Without it the work is done all the same.
    let _ = setpriority_process(Some(gettid()), NICE);
}
