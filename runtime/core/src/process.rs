//! What the kernel told the process at its start, and the one way out of it.
//!
//! ```text
//! initial stack    argc
//!                  argv[0] … argv[argc − 1]    null
//!                  envp[0] …                   null
//!                  { type, value } …           { AT_NULL, 0 }      the auxiliary vector
//! ```
//!
//! The block and the strings it points to stay where they are for the life of the process; nothing writes to them.

use core::{
    ffi::{CStr, c_char},
    iter, ptr,
    sync::atomic::{AtomicPtr, Ordering::Relaxed},
};

use crate::sys;

/// The words of the initial stack, from `argc` on; null until [`keep`] is called, and then never again.
static INITIAL_STACK: AtomicPtr<usize> = AtomicPtr::new(ptr::null_mut());

/// Keeps where the initial stack lies.
///
/// # Safety
///
/// `stack` is the stack pointer with which the process started, and nothing has changed or will change the block there.
pub(crate) unsafe fn keep(stack: *const usize) {
    INITIAL_STACK.store(stack.cast_mut(), Relaxed);
}

/// The arguments that the process was started with, its name included.
pub fn arguments() -> impl Iterator<Item = &'static CStr> {
    strings(argument_block())
}

/// The environment that the process was started with, `NAME=VALUE` each.
pub fn environment() -> impl Iterator<Item = &'static CStr> {
    strings(environment_block())
}

/// The value of the first variable of the process's environment that begins with `start`, a name and `=`.
pub(crate) fn variable(start: &[u8]) -> Option<&'static CStr> {
    environment().find_map(|variable| without(variable, start))
}

/// What follows `start` in `string`, if it begins with that.
pub(crate) fn without(string: &'static CStr, start: &[u8]) -> Option<&'static CStr> {
    let rest = string.to_bytes_with_nul().strip_prefix(start)?;
    // SAFETY: the rest of a string without another zero byte than its last, which `start` has not: it is in `string`'s text.
    Some(unsafe { CStr::from_bytes_with_nul_unchecked(rest) })
}

/// Ends the process. The kernel keeps the low 8 bits of `status`.
pub fn exit(status: u32) -> ! {
    sys::linux::exit_group(status)
}

/// Lets rustix know the auxiliary vector, in which it finds the kernel's code for clocks: before a clock is read, so that
/// programs that read none need not look for it.
pub(crate) fn share_auxiliary_vector() {
    #[cfg(feature = "freestanding")]
    {
        use core::sync::atomic::AtomicBool;
        static SHARED: AtomicBool = AtomicBool::new(false);
        if !SHARED.swap(true, Relaxed) {
            // SAFETY: the environment of the initial stack, which the auxiliary vector follows. A thread that comes second
            // reads the clock while the first is here at worst, which takes a system call then.
            unsafe { rustix::param::init(environment_block().cast_mut().cast()) };
        }
    }
}

/// Address of the first environment pointer, or null before [`keep`].
fn environment_block() -> *const *const c_char {
    let arguments = argument_block();
    if arguments.is_null() {
        return ptr::null();
    }
    // SAFETY: the block starts with `argc`, and is there since `keep` (its condition).
    let argument_count = unsafe { *INITIAL_STACK.load(Relaxed) };
    // SAFETY: `argc` pointers and a null follow `argc`, then the environment (the picture above).
    unsafe { arguments.add(argument_count + 1) }
}

fn argument_block() -> *const *const c_char {
    let stack = INITIAL_STACK.load(Relaxed);
    if stack.is_null() {
        return ptr::null();
    }
    // SAFETY: the argument pointers follow `argc` in the same block.
    unsafe { stack.add(1) }.cast()
}

/// The strings of a list of pointers that ends with a null; none if `block` itself is null.
fn strings(block: *const *const c_char) -> impl Iterator<Item = &'static CStr> {
    let mut next = block;
    iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: `next` is in the list: it starts there and stops at the null that ends it.
        let string = unsafe { *next };
        if string.is_null() {
            next = ptr::null();
            return None;
        }
        // SAFETY: the entry at `next` is not the null, so that one more follows.
        next = unsafe { next.add(1) };
        // SAFETY: the kernel's strings end with a zero byte and never change (`keep`).
        Some(unsafe { CStr::from_ptr(string) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_an_initial_stack_are_read() {
        let text = |text: &'static CStr| text.as_ptr() as usize;
        let block: &'static [usize] =
            Box::leak(Box::new([2, text(c"program"), text(c"one"), 0, text(c"HOME=/"), 0, 0, 0]));
        assert_eq!(arguments().count(), 0);
        assert_eq!(environment().count(), 0);
        // SAFETY: the block has the form of an initial stack and lives for ever; no other test keeps one.
        unsafe { keep(block.as_ptr()) };
        assert_eq!(arguments().collect::<Vec<_>>(), [c"program", c"one"]);
        assert_eq!(environment().collect::<Vec<_>>(), [c"HOME=/"]);
    }
}
