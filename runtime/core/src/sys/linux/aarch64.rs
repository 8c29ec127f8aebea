//! System calls, signal contexts and the catching of traps on AArch64.

use core::arch::{asm, naked_asm};

use crate::{exception, heap};

/// Numbers of system calls (`asm-generic/unistd.h`).
pub(super) const EXIT_GROUP: usize = 94;
pub(super) const SETITIMER: usize = 103;
pub(super) const SIGALTSTACK: usize = 132;
pub(super) const RT_SIGACTION: usize = 134;
pub(super) const RT_SIGPROCMASK: usize = 135;
pub(super) const GETRLIMIT: usize = 163;
pub(super) const PRLIMIT64: usize = 261;
pub(super) const SECCOMP: usize = 277;
pub(super) const LANDLOCK_CREATE_RULESET: usize = 444;
pub(super) const LANDLOCK_ADD_RULE: usize = 445;
pub(super) const LANDLOCK_RESTRICT_SELF: usize = 446;

/// None: on this processor handlers return through a trampoline of the kernel's.
pub(super) const ACTION_FLAGS: u64 = 0;

/// Makes a system call. Returns what the kernel returns: errors are small negative numbers.
///
/// # Safety
///
/// As the call demands of its arguments.
#[inline]
pub(super) unsafe fn system_call(number: usize, arguments: [usize; 4]) -> isize {
    let [a, b, c, d] = arguments;
    let result;
    // SAFETY: the kernel keeps all registers but the result's; for the rest the caller answers.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") a => result,
            in("x1") b,
            in("x2") c,
            in("x3") d,
            options(nostack),
        );
    }
    result
}

/// Where a signal handler returns to: the kernel's own trampoline, unless told otherwise.
pub(super) fn restorer() -> usize {
    0
}

/// The runtime's side of allocation ([`wasmelt_abi::symbols::GC_ALLOCATE`]): hands on the frame pointer of the caller and the
/// address that is returned to.
///
/// # Safety
///
/// Compiled code calls it.
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn wasmelt_gc_allocate(header: u64, bytes: u64) -> u64 {
    naked_asm!("mov x2, x29", "mov x3, x30", "b {allocate}", allocate = sym heap::allocate)
}

/// The kernel's `struct ucontext` as far as the program counter (`asm/ucontext.h`, `asm/sigcontext.h`).
#[repr(C)]
pub(super) struct UserContext {
    flags: u64,
    link: u64,
    stack: [u64; 3],
    /// The signal mask, and room for it to grow to 1,024 bits.
    mask: [u64; 16],
    machine: MachineContext,
}

#[repr(C, align(16))]
struct MachineContext {
    fault_address: u64,
    x0: u64,
    x1_to_x30: [u64; 30],
    sp: u64,
    pc: u64,
}

impl UserContext {
    /// Address of the interrupted instruction.
    pub(super) fn pc(&self) -> u64 {
        self.machine.pc
    }

    /// The stack pointer.
    pub(super) fn sp(&self) -> u64 {
        self.machine.sp
    }

    /// Has [`catch`], which saved `sp`, return `value`.
    pub(super) fn resume_catch(&mut self, sp: usize, value: u32) {
        self.machine.pc = caught as *const () as u64;
        self.machine.sp = sp as u64;
        self.machine.x0 = u64::from(value);
    }
}

/// Calls `function` with `slots`. Returns 0 if it returns, or the value of the [`Outcome::Caught`](super::Outcome) or the
/// [`resume`] that ends it. Stores the stack pointer that these need in `saved_sp` before the call.
///
/// # Safety
///
/// `function` can be called with `slots`, and can be left at any of its instructions that traps.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn catch(
    function: unsafe extern "C" fn(*mut u128),
    slots: *mut u128,
    saved_sp: *mut usize,
) -> u32 {
    naked_asm!(
        "stp x29, x30, [sp, #-160]!",
        "mov x29, sp",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "mov x9, sp",
        "str x9, [x2]",
        "mov x9, x0",
        "mov x0, x1",
        "blr x9",
        "mov w0, #0",
        "b {caught}",
        caught = sym caught,
    )
}

/// The end of [`catch`], with its result in `w0` and its stack pointer.
#[unsafe(naked)]
unsafe extern "C" fn caught() {
    naked_asm!(
        "ldp d14, d15, [sp, #144]",
        "ldp d12, d13, [sp, #128]",
        "ldp d10, d11, [sp, #112]",
        "ldp d8, d9, [sp, #96]",
        "ldp x27, x28, [sp, #80]",
        "ldp x25, x26, [sp, #64]",
        "ldp x23, x24, [sp, #48]",
        "ldp x21, x22, [sp, #32]",
        "ldp x19, x20, [sp, #16]",
        "ldp x29, x30, [sp], #160",
        "ret",
    )
}

/// Has [`catch`], which saved `sp`, return `value`.
///
/// # Safety
///
/// That call of `catch` has not returned, and nothing between it and here has to be dropped.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn resume(sp: usize, value: u32) -> ! {
    naked_asm!("mov sp, x0", "mov w0, w1", "b {caught}", caught = sym caught)
}

/// Throws `exception`, which was not thrown before if `is_new` is 1; called by compiled code only, whose frame pointer and
/// return address the search begins with.
///
/// # Safety
///
/// The caller is a compiled function, and `exception` is an exception.
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasmelt_throw(exception: u64, is_new: u32) -> ! {
    naked_asm!("mov x2, x29", "mov x3, x30", "b {unwind}", unwind = sym exception::unwind)
}

/// Goes on at `handler` with `exception`, which is in its register already, and these frame and stack pointers.
///
/// # Safety
///
/// They are those of a compiled function that has not returned, at a handler of its own. Nothing between its frame and here
/// has to be dropped.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn land(exception: u64, handler: u64, frame: u64, stack: u64) -> ! {
    naked_asm!("mov x29, x2", "mov sp, x3", "br x1")
}
