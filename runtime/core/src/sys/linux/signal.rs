//! Faults: the signals that the kernel sends to an instruction which it cannot let happen.
//!
//! They are handled on a stack of their own, because the fault may be that the stack is used up. While one is handled all
//! of them are blocked, so that a fault of the handler itself ends the process at once: the kernel does not return to an
//! instruction whose signal is blocked.
//!
//! The handler never jumps out. It returns to the kernel, with other registers if execution is to go on elsewhere, so that
//! the signal mask and the state of the alternate stack are what they were.

use core::{cell::UnsafeCell, mem::size_of, ptr};

use rustix::process::{Signal, getpid, kill_process};

use super::processor::{self, UserContext};
use crate::trap;

/// A fault, as the kernel reports it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// What the kernel calls it.
    pub(crate) kind: FaultKind,
    /// Whether it is one: if not, another process or a `raise` sent the signal.
    pub(crate) from_kernel: bool,
    /// Address of the instruction.
    pub(crate) pc: u64,
    /// The stack pointer.
    pub(crate) sp: u64,
    /// Address that could not be accessed, for [`FaultKind::Access`].
    pub(crate) address: u64,
    /// The signal's number.
    pub(crate) signal: u32,
}

/// What could not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// An access to memory: `SIGSEGV`, `SIGBUS`.
    Access,
    /// An instruction that the processor does not know: `SIGILL`.
    Instruction,
    /// A division: `SIGFPE`.
    Arithmetic,
}

/// How a handled fault goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// [`catch`](super::catch), which left its stack pointer here, returns this value.
    Caught {
        /// The stack pointer that `catch` saved.
        sp: usize,
        /// What it returns; not 0.
        value: u32,
    },
    /// As if the signal had never been handled: the process ends by it.
    Default,
}

/// Linux numbers that are the same on both processors (`asm-generic/signal.h`, `siginfo.h`).
const SIGILL: u32 = 4;
const SIGBUS: u32 = 7;
const SIGFPE: u32 = 8;
const SIGSEGV: u32 = 11;
const SA_SIGINFO: u64 = 4;
const SA_ONSTACK: u64 = 0x0800_0000;
const SIG_UNBLOCK: usize = 1;

/// The signals of faults. x86 alone has one for integer division.
#[cfg(target_arch = "x86_64")]
const FAULT_SIGNALS: &[u32] = &[SIGSEGV, SIGBUS, SIGILL, SIGFPE];
#[cfg(target_arch = "aarch64")]
const FAULT_SIGNALS: &[u32] = &[SIGSEGV, SIGBUS, SIGILL];

/// Bytes of the alternate stack. The kernel's frame takes at most 3 KiB with AVX-512, 11 KiB with AMX and 9 KiB with the
/// widest SVE; the handler needs less than 4 KiB. What is not touched costs nothing.
const ALTERNATE_STACK_BYTES: usize = 64 << 10;

/// The kernel's `struct sigaction`.
#[repr(C)]
struct Action {
    handler: usize,
    flags: u64,
    restorer: usize,
    mask: u64,
}

/// The kernel's `stack_t`.
#[repr(C)]
struct AlternateStack {
    base: *mut u8,
    flags: u64,
    bytes: usize,
}

/// The part of the kernel's `siginfo_t` that a fault fills in.
#[repr(C)]
pub(super) struct SignalInfo {
    signal: i32,
    errno: i32,
    code: i32,
    address: u64,
}

#[repr(C, align(16))]
struct StackSpace(UnsafeCell<[u8; ALTERNATE_STACK_BYTES]>);

// SAFETY: no code refers to the contents; the kernel hands them to the signal handler of the only thread.
unsafe impl Sync for StackSpace {}

static ALTERNATE_STACK: StackSpace = StackSpace(UnsafeCell::new([0; ALTERNATE_STACK_BYTES]));

/// The kernel refused a signal's action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignalsRefused;

/// Has [`trap::on_fault`] called for each fault from now on.
pub(crate) fn catch_faults() -> Result<(), SignalsRefused> {
    let stack = AlternateStack { base: ALTERNATE_STACK.0.get().cast(), flags: 0, bytes: ALTERNATE_STACK_BYTES };
    // SAFETY: the kernel reads the structure; the space that it names is there for the life of the process.
    if unsafe { processor::system_call(processor::SIGALTSTACK, [&raw const stack as usize, 0, 0, 0]) } != 0 {
        return Err(SignalsRefused);
    }
    let handler: unsafe extern "C" fn(u32, *const SignalInfo, *mut UserContext) = on_signal;
    let action = Action {
        handler: handler as usize,
        flags: SA_SIGINFO | SA_ONSTACK | processor::ACTION_FLAGS,
        restorer: processor::restorer(),
        mask: FAULT_SIGNALS.iter().fold(0, |mask, signal| mask | 1 << (signal - 1)),
    };
    FAULT_SIGNALS.iter().try_for_each(|&signal| set_action(signal, &action))?;
    unblock(action.mask)
}

/// Has `handler` called for `signal` from now on, on the alternate stack. [`catch_faults`] has been called.
pub(super) fn handle(
    signal: u32,
    handler: unsafe extern "C" fn(u32, *const SignalInfo, *mut UserContext),
) -> Result<(), SignalsRefused> {
    let flags = SA_SIGINFO | SA_ONSTACK | processor::ACTION_FLAGS;
    let mask = 1 << (signal - 1);
    set_action(signal, &Action { handler: handler as usize, flags, restorer: processor::restorer(), mask })?;
    unblock(mask)
}

/// Lets the signals of `mask` through: a process inherits what its parent had blocked, and ends without a word at a fault
/// whose signal is.
fn unblock(mask: u64) -> Result<(), SignalsRefused> {
    let arguments = [SIG_UNBLOCK, &raw const mask as usize, 0, size_of::<u64>()];
    // SAFETY: the kernel reads the mask.
    match unsafe { processor::system_call(processor::RT_SIGPROCMASK, arguments) } {
        0 => Ok(()),
        _ => Err(SignalsRefused),
    }
}

fn set_action(signal: u32, action: &Action) -> Result<(), SignalsRefused> {
    let arguments = [signal as usize, ptr::from_ref(action) as usize, 0, size_of::<u64>()];
    // SAFETY: the kernel reads the structure. Its handler is `on_signal`, which takes what it is given, or the default.
    match unsafe { processor::system_call(processor::RT_SIGACTION, arguments) } {
        0 => Ok(()),
        _ => Err(SignalsRefused),
    }
}

/// The handler of all fault signals.
///
/// # Safety
///
/// The kernel calls it, with the signal's information and the interrupted context.
unsafe extern "C" fn on_signal(signal: u32, info: *const SignalInfo, context: *mut UserContext) {
    // SAFETY: with SA_SIGINFO the kernel passes the signal's information (this function's condition).
    let info = unsafe { &*info };
    // SAFETY: and the context, which nobody else refers to until the handler returns.
    let context = unsafe { &mut *context };
    let kind = match signal {
        SIGILL => FaultKind::Instruction,
        SIGFPE => FaultKind::Arithmetic,
        _ => FaultKind::Access,
    };
    // Codes above 0 are the kernel's own; `kill`, `raise` and `sigqueue` have the others.
    let from_kernel = info.code > 0;
    let fault = Fault { kind, from_kernel, pc: context.pc(), sp: context.sp(), address: info.address, signal };
    match trap::on_fault(&fault) {
        Outcome::Caught { sp, value } => context.resume_catch(sp, value),
        Outcome::Default => end_by(signal),
    }
}

/// Has the process end by `signal` as soon as the handler returns, which unblocks the signal.
fn end_by(signal: u32) {
    let default = Action { handler: 0, flags: 0, restorer: 0, mask: 0 };
    let sent = set_action(signal, &default).is_ok()
        && Signal::from_named_raw(signal as i32).is_some_and(|signal| kill_process(getpid(), signal).is_ok());
    if !sent {
        crate::process::exit(trap::EXIT_STATUS);
    }
}
