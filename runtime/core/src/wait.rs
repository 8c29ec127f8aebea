//! `memory.atomic.wait32`, `wait64` and `notify` (threads proposal, "Wait and Notify operators"): threads that wait for an
//! address of a shared memory.
//!
//! ```text
//! queue    first ─► waiter ─► waiter ─► …    in the order in which they came; each lies on its thread's stack
//! waiter   address, woken: the futex that its thread sleeps on
//! ```
//!
//! The guest's memory itself is not the futex: the kernel compares 32 bits, and `wait64` has to compare 64 in one step with
//! going to sleep. Here the comparison and the entry into the queue are one step under the queue's lock, and so is all of a
//! `notify`: none is lost between the two, exactly those are woken that are counted, the earliest first, and a wake-up that
//! nobody asked for is not passed on.
//!
//! Compiled code has checked the address: aligned, inside of a shared memory.

use core::{
    num::NonZeroU32,
    ptr,
    sync::atomic::{
        AtomicU32, AtomicU64,
        Ordering::{Acquire, Release, SeqCst},
    },
};

use rustix::{
    io::Errno,
    thread::futex,
    time::{ClockId, Timespec},
};

use crate::sys::{clock, lock::Lock};

/// What a wait answers.
const WOKEN: u32 = 0;
const NOT_EQUAL: u32 = 1;
const TIMED_OUT: u32 = 2;

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;

/// A waiting thread. While it is in the queue, others use it under the queue's lock.
struct Waiter {
    /// What it waits for.
    address: u64,
    /// The one that came next; null if none did.
    next: *mut Waiter,
    /// 1 once it has been taken out of the queue by a `notify`.
    woken: AtomicU32,
}

/// All waiting threads of the process.
struct Queue {
    first: *mut Waiter,
}

// SAFETY: what the pointers lead to is used under the queue's lock, whichever thread's stack it lies on.
unsafe impl Send for Queue {}

static QUEUE: Lock<Queue> = Lock::new(Queue { first: ptr::null_mut() });

impl Queue {
    /// Calls `take` for each waiter, the earliest first, until `count` of them have been taken; those leave the queue.
    /// Returns how many.
    fn take(&mut self, count: u32, mut take: impl FnMut(&Waiter) -> bool) -> u32 {
        let mut link = &raw mut self.first;
        let mut taken = 0;
        while taken < count {
            // SAFETY: a link is the queue's own, or that of a waiter in it, which lives until it has left.
            let at = unsafe { *link };
            // SAFETY: null, or a waiter in the queue; under the lock nobody writes to it but this function.
            let Some(waiter) = (unsafe { at.as_ref() }) else { break };
            let next = waiter.next;
            if take(waiter) {
                taken += 1;
                // SAFETY: as for reading it.
                unsafe { *link = next };
            } else {
                // SAFETY: the waiter is in the queue.
                link = unsafe { &raw mut (*at).next };
            }
        }
        taken
    }

    /// Appends `waiter`.
    ///
    /// # Safety
    ///
    /// It stays where it is until it has left the queue, and its `next` is null.
    unsafe fn append(&mut self, waiter: *mut Waiter) {
        let mut link = &raw mut self.first;
        // SAFETY: a link is the queue's own, or that of a waiter in it.
        while let Some(next) = ptr::NonNull::new(unsafe { *link }) {
            // SAFETY: the waiter is in the queue.
            link = unsafe { &raw mut (*next.as_ptr()).next };
        }
        // SAFETY: as for reading it.
        unsafe { *link = waiter };
    }
}

/// `memory.atomic.wait32`: 0 if woken, 1 if the value was not `expected`, 2 if `timeout_ns` are over; no limit if negative.
///
/// # Safety
///
/// `address` is aligned and lies in a shared memory.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasmelt_memory_wait32(address: *mut u32, expected: u32, timeout_ns: i64) -> u32 {
    // SAFETY: aligned and mapped (this function's condition); what threads share is accessed atomically.
    let value = unsafe { AtomicU32::from_ptr(address) };
    wait(address.addr() as u64, || value.load(SeqCst) == expected, timeout_ns)
}

/// `memory.atomic.wait64`, likewise.
///
/// # Safety
///
/// As for [`wasmelt_memory_wait32`].
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasmelt_memory_wait64(address: *mut u64, expected: u64, timeout_ns: i64) -> u32 {
    // SAFETY: aligned and mapped (this function's condition); what threads share is accessed atomically.
    let value = unsafe { AtomicU64::from_ptr(address) };
    wait(address.addr() as u64, || value.load(SeqCst) == expected, timeout_ns)
}

/// `memory.atomic.notify`: wakes at most `count` threads that wait for `address`; how many.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasmelt_memory_notify(address: u64, count: u32) -> u32 {
    QUEUE.with(|queue| {
        queue.take(count, |waiter| {
            let found = waiter.address == address;
            if found {
                waiter.woken.store(1, Release);
                // There is one to wake, or it has not gone to sleep yet and sees the word.
                let _ = futex::wake(&waiter.woken, futex::Flags::PRIVATE, 1);
            }
            found
        })
    })
}

fn wait(address: u64, is_expected: impl FnOnce() -> bool, timeout_ns: i64) -> u32 {
    let deadline = deadline(timeout_ns);
    let mut waiter = Waiter { address, next: ptr::null_mut(), woken: AtomicU32::new(0) };
    let waiter = &raw mut waiter;
    let waits = QUEUE.with(|queue| {
        let waits = is_expected();
        if waits {
            // SAFETY: `waiter` stays until the end of this function, which it has left the queue by then.
            unsafe { queue.append(waiter) };
        }
        waits
    });
    if !waits {
        return NOT_EQUAL;
    }
    // SAFETY: the word is not written but atomically.
    let in_time = sleep(unsafe { &(*waiter).woken }, deadline.as_ref());
    // Under the lock also when woken: whoever woke this thread may still be about to use `waiter`.
    let left = QUEUE.with(|queue| !in_time && queue.take(1, |other| ptr::eq(other, waiter)) == 1);
    if left { TIMED_OUT } else { WOKEN }
}

/// Sleeps until `woken` is 1, or until the deadline; whether it was in time.
fn sleep(woken: &AtomicU32, deadline: Option<&Timespec>) -> bool {
    while woken.load(Acquire) == 0 {
        // Errors but this one, and returns without one, tell nothing: a signal, or the word has just changed.
        let slept = futex::wait_bitset(woken, futex::Flags::PRIVATE, 0, deadline, NonZeroU32::MAX);
        if slept == Err(Errno::TIMEDOUT) {
            return false;
        }
    }
    true
}

/// The moment `timeout_ns` from now on the clock that futexes go by; none if it is negative.
fn deadline(timeout_ns: i64) -> Option<Timespec> {
    if timeout_ns < 0 {
        return None;
    }
    let now = clock::read(ClockId::Monotonic);
    // No overflow: both parts of a second are below one, and a timeout is below 300 years.
    let nanoseconds = now.tv_nsec + timeout_ns % SECOND;
    Some(Timespec { tv_sec: now.tv_sec + timeout_ns / SECOND + nanoseconds / SECOND, tv_nsec: nanoseconds % SECOND })
}

#[cfg(test)]
mod tests {
    use std::{thread, time::Duration};

    use super::*;

    const MILLISECOND: i64 = 1_000_000;

    #[test]
    fn another_value_is_not_waited_for() {
        let mut word = 7u64;
        // SAFETY: the word is aligned and lives.
        assert_eq!(unsafe { wasmelt_memory_wait64(&raw mut word, 7 + (1 << 32), -1) }, NOT_EQUAL);
        // SAFETY: as above.
        assert_eq!(unsafe { wasmelt_memory_wait32((&raw mut word).cast(), 8, -1) }, NOT_EQUAL);
    }

    #[test]
    fn a_wait_ends_when_its_time_is_over_and_leaves_the_queue() {
        let mut word = 0u32;
        for timeout in [0, MILLISECOND] {
            // SAFETY: the word is aligned and lives.
            assert_eq!(unsafe { wasmelt_memory_wait32(&raw mut word, 0, timeout) }, TIMED_OUT);
        }
        assert_eq!(wasmelt_memory_notify((&raw mut word).addr() as u64, u32::MAX), 0);
    }

    #[test]
    fn as_many_are_woken_as_are_counted() {
        let word = AtomicU64::new(0);
        let address = word.as_ptr().addr() as u64;
        let mut woken = 0;
        thread::scope(|scope| {
            let waits: Vec<_> = (0..3)
                // SAFETY: the word is aligned and outlives the threads.
                .map(|_| scope.spawn(|| unsafe { wasmelt_memory_wait64(word.as_ptr(), 0, -1) }))
                .collect();
            assert_eq!(wasmelt_memory_notify(address, 0), 0);
            while woken < 3 {
                let now = wasmelt_memory_notify(address, 1);
                assert!(now <= 1);
                woken += now;
                thread::sleep(Duration::from_millis(1));
            }
            assert!(waits.into_iter().all(|wait| wait.join().unwrap() == WOKEN));
        });
        assert_eq!(wasmelt_memory_notify(address, u32::MAX), 0);
    }
}
