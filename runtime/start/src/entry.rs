//! `_start`: the first instructions of the process.
//!
//! The kernel leaves the arguments at the stack pointer, which is a multiple of 16, and says nothing about most other
//! registers. The frame pointer becomes 0, which ends a debugger's walk over the frames. Nothing is ever returned to.

use core::arch::naked_asm;

use wasmelt_runtime::start::start;

/// Calls the runtime's `start` with the initial stack.
///
/// # Safety
///
/// The kernel alone jumps here.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!("xor ebp, ebp", "mov rdi, rsp", "call {start}", "ud2", start = sym start)
}

/// Calls the runtime's `start` with the initial stack.
///
/// # Safety
///
/// The kernel alone jumps here.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!("mov x29, #0", "mov x30, #0", "mov x0, sp", "bl {start}", "udf #0", start = sym start)
}
