//! System calls, signal contexts and the catching of traps on x86-64.

use core::arch::{asm, naked_asm};

use crate::{exception, heap};

/// Numbers of system calls (`asm/unistd_64.h`).
pub(super) const RT_SIGACTION: usize = 13;
pub(super) const RT_SIGPROCMASK: usize = 14;
const RT_SIGRETURN: usize = 15;
pub(super) const SETITIMER: usize = 38;
pub(super) const GETRLIMIT: usize = 97;
pub(super) const SIGALTSTACK: usize = 131;
pub(super) const EXIT_GROUP: usize = 231;
pub(super) const PRLIMIT64: usize = 302;
pub(super) const SECCOMP: usize = 317;
pub(super) const LANDLOCK_CREATE_RULESET: usize = 444;
pub(super) const LANDLOCK_ADD_RULE: usize = 445;
pub(super) const LANDLOCK_RESTRICT_SELF: usize = 446;

/// `SA_RESTORER`: on this processor the kernel has no trampoline of its own for handlers to return through.
pub(super) const ACTION_FLAGS: u64 = 0x0400_0000;

/// Makes a system call. Returns what the kernel returns: errors are small negative numbers.
///
/// # Safety
///
/// As the call demands of its arguments.
#[inline]
pub(super) unsafe fn system_call(number: usize, arguments: [usize; 4]) -> isize {
    let [a, b, c, d] = arguments;
    let result;
    // SAFETY: `syscall` clobbers what is listed; for the rest the caller answers.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => result,
            in("rdi") a,
            in("rsi") b,
            in("rdx") c,
            in("r10") d,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// Where a signal handler returns to.
pub(super) fn restorer() -> usize {
    restore as *const () as usize
}

/// Asks the kernel to restore the interrupted context, which lies at the stack pointer.
#[unsafe(naked)]
unsafe extern "C" fn restore() {
    naked_asm!("mov eax, {number}", "syscall", "ud2", number = const RT_SIGRETURN)
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
    naked_asm!("mov rdx, rbp", "mov rcx, [rsp]", "jmp {allocate}", allocate = sym heap::allocate)
}

/// The kernel's `struct ucontext` as far as the flags (`asm/ucontext.h`, `asm/sigcontext.h`).
#[repr(C)]
pub(super) struct UserContext {
    flags: u64,
    link: u64,
    stack: [u64; 3],
    r8_to_r15: [u64; 8],
    rdi: u64,
    rsi: u64,
    rbp: u64,
    rbx: u64,
    rdx: u64,
    rax: u64,
    rcx: u64,
    rsp: u64,
    rip: u64,
}

impl UserContext {
    /// Address of the interrupted instruction.
    pub(super) fn pc(&self) -> u64 {
        self.rip
    }

    /// The stack pointer.
    pub(super) fn sp(&self) -> u64 {
        self.rsp
    }

    /// Has [`catch`], which saved `sp`, return `value`.
    pub(super) fn resume_catch(&mut self, sp: usize, value: u32) {
        self.rip = caught as *const () as u64;
        self.rsp = sp as u64;
        self.rax = u64::from(value);
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
    // Pushes what `caught` pops, and 8 bytes more: with the return address a multiple of 16, as a call demands.
    naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov [rdx], rsp",
        "mov rax, rdi",
        "mov rdi, rsi",
        "call rax",
        "xor eax, eax",
        "jmp {caught}",
        caught = sym caught,
    )
}

/// The end of [`catch`], with its result in `eax` and its stack pointer. A trap may come from code that counts down.
#[unsafe(naked)]
unsafe extern "C" fn caught() {
    naked_asm!("cld", "add rsp, 8", "pop r15", "pop r14", "pop r13", "pop r12", "pop rbx", "pop rbp", "ret",)
}

/// Has [`catch`], which saved `sp`, return `value`.
///
/// # Safety
///
/// That call of `catch` has not returned, and nothing between it and here has to be dropped.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn resume(sp: usize, value: u32) -> ! {
    naked_asm!("mov rsp, rdi", "mov eax, esi", "jmp {caught}", caught = sym caught)
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
    naked_asm!("mov rdx, rbp", "mov rcx, [rsp]", "jmp {unwind}", unwind = sym exception::unwind)
}

/// Goes on at `handler` with `exception` and these frame and stack pointers.
///
/// # Safety
///
/// They are those of a compiled function that has not returned, at a handler of its own. Nothing between its frame and here
/// has to be dropped.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn land(exception: u64, handler: u64, frame: u64, stack: u64) -> ! {
    naked_asm!("mov rax, rdi", "mov rbp, rdx", "mov rsp, rcx", "jmp rsi")
}
