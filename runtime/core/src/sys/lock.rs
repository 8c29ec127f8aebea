//! A lock for what the threads of a process share.

use core::cell::UnsafeCell;
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, Ordering};

/// A value that one thread at a time gets to see, for a few instructions: who waits, spins. What is held is beside where the
/// value begins, which often is the only page of it that is used.
#[repr(C)]
pub(crate) struct Lock<T> {
    held: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: `with` lets one thread at a time use the value, wherever it was made.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    /// A lock over `value`.
    pub(crate) const fn new(value: T) -> Lock<T> {
        Lock { held: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Uses the value. `action` must not block, call back into the guest, or use the same lock.
    pub(crate) fn with<R>(&self, action: impl FnOnce(&mut T) -> R) -> R {
        while self.held.swap(true, Ordering::Acquire) {
            spin_loop();
        }
        let _release = Release(&self.held);
        // SAFETY: `held` was false and is true until `_release` is dropped, after `action`: nobody else is here.
        action(unsafe { &mut *self.value.get() })
    }
}

/// Gives the lock back, also when a panic unwinds.
struct Release<'a>(&'a AtomicBool);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_take_turns() {
        let counter = Lock::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| counter.with(|value| *value += 1)));
            }
        });
        assert_eq!(counter.with(|value| *value), 4000);
    }
}
