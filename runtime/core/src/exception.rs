//! Exceptions: from where one is thrown to the call that has a handler for it (WebAssembly core specification, section 4.4.8
//! "Control Instructions": `throw_ref`).
//!
//! Compiled functions keep the chain of frames that the calling conventions describe:
//!
//! ```text
//! frame pointer + 8      where the function returns to
//! frame pointer          the caller's frame pointer
//! frame pointer − n      the stack pointer at a call, where the handler table has n
//! ```
//!
//! The chain is followed as long as return addresses lie in the program's own code. That ends it in the runtime, which calls
//! the program; in between there is nothing of the runtime's, since host functions never call back. Handlers rely on no
//! register but these two, so that none has to be restored on the way.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use wasmelt_abi::TrapCode;

use crate::{program, sys::linux, trap};

/// The exception that was thrown last; it may be gone by now.
static LAST: AtomicU64 = AtomicU64::new(0);
/// The return address of the call that threw it first.
static LAST_THROWN_AT: AtomicU64 = AtomicU64::new(0);

/// Goes on in the handler of the innermost call that has one, with `exception`; traps if none has. `is_new` is 1 if it was
/// not thrown before. `frame` is the frame pointer of the function that throws, and `return_address` lies in it, behind the
/// call that led here.
///
/// # Safety
///
/// `frame` is the frame pointer of a compiled function, which called the runtime in order to throw `exception`.
pub(crate) unsafe extern "C" fn unwind(exception: u64, is_new: u32, frame: u64, return_address: u64) -> ! {
    let thrown_at = origin(exception, is_new == 1, return_address);
    if let Some(table) = program::handler_table() {
        let text = program::header().text;
        let (mut frame, mut at) = (frame, return_address);
        while let Some(at_text) = at.checked_sub(text).filter(|&at| at <= u64::from(table.text_bytes())) {
            // Lossless: the text has fewer than 2³² bytes.
            if let Some(record) = table.find(at_text as u32) {
                let stack = frame - u64::from(record.frame_bytes);
                // SAFETY: the record says where the handler is, and what the stack pointer is there (ABI). What lies
                // between are frames of compiled code, which have nothing to drop.
                unsafe { linux::land(exception, text + u64::from(record.handler), frame, stack) }
            }
            // SAFETY: `at` is in the program's code, so that `frame` is a frame pointer of a compiled function.
            [frame, at] = unsafe { (frame as *const [u64; 2]).read() };
        }
    }
    trap::trap_in_call(TrapCode::UncaughtException, thrown_at)
}

/// Where `exception` comes from, which is thrown now at `return_address`. A function that does not catch it, or cleans up and
/// throws it again, is not where it comes from; unless the collector has moved it meanwhile, or another one was thrown.
fn origin(exception: u64, is_new: bool, return_address: u64) -> u64 {
    if LAST.swap(exception, Relaxed) != exception || is_new {
        LAST_THROWN_AT.store(return_address, Relaxed);
    }
    LAST_THROWN_AT.load(Relaxed)
}
