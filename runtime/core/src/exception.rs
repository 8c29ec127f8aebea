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

use crate::{program, sys::linux, trap};

/// Goes on in the handler of the innermost call that has one, with `exception`; traps if none has. `frame` is the frame
/// pointer of the function that throws, and `return_address` lies in it, behind the call that led here.
///
/// # Safety
///
/// `frame` is the frame pointer of a compiled function, which called the runtime in order to throw `exception`.
pub(crate) unsafe extern "C" fn unwind(exception: u64, frame: u64, return_address: u64) -> ! {
    if let Some(table) = program::handler_table() {
        let text = program::header().text;
        let (mut frame, mut at) = (frame, return_address);
        while let Some(at_text) = at.checked_sub(text).filter(|&at| at < u64::from(table.text_bytes())) {
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
    trap::uncaught(return_address)
}
