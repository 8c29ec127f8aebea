//! Start-up, from the kernel's hand-over to the guest's first instruction.
//!
//! The kernel has mapped the program: code, constants, instance state, tables, and the initial image of memory 0, all at
//! their final addresses; of state and images, what is so small that a page of the file would cost more is copied. There is
//! nothing to relocate. What is left are these system calls, and no others:
//!
//! 1. `openat` for the file that `WASMELT_AUDIT` names, if it does (`audit.rs`).
//! 2. `getrlimit`, to read the stack's limits: the hard limit bounds what may be asked for. It is half as much as `prlimit64`.
//! 3. `prlimit64`, to set the soft limit, if it is not what the program asked for: it is what ends a recursion (`stack.rs`).
//! 4. `mmap` for each memory with a guard: the guard and its room to grow (`memory.rs`), and for each other one whose
//!    initial size the kernel has not mapped; in parts where an emulator has mapped some of it.
//! 5. `mprotect` for each memory whose initial size the kernel has not mapped.
//! 6. `mmap` for the tables that can grow, if there are any (`table.rs`).
//! 7. `sigaltstack`: an overflow of the stack is handled on another one.
//! 8. `rt_sigaction` for each signal of a fault, three, and on x86-64 a fourth for division (`trap.rs`).
//! 9. `rt_sigprocmask`, to let these signals through: a parent that had blocked them leaves them blocked.
//! 10. What limits take, if there are any (`limits.rs`), and listening sockets (`listeners.rs`).
//! 11. What the sandbox takes, if the program has one (`sys/linux/sandbox.rs`): `prctl`, Landlock's calls where directories
//!     are granted, `seccomp`. After it the filter holds.
//!
//! Everything else is done when a program first asks for it: directories are opened, clocks found, arguments read.

use core::mem;

use rustix::io::Errno;
use wasmelt_abi::{grants::LimitKind, symbols};

use crate::{
    audit, grants, limits,
    line::Line,
    listeners::{self, NotListening},
    memory, process, program, stack,
    sys::{
        linux,
        stream::{Stream, write_all},
    },
    table,
};

/// Exit status of a process that could not start: what shells use for a file that cannot be executed.
pub const EXIT_STATUS: u32 = 126;

/// Why a program cannot start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartError {
    /// The program was compiled for another version of this runtime.
    Version,
    /// A range of addresses cannot be had.
    AddressSpace {
        /// Its start.
        base: u64,
        /// Its length.
        bytes: u64,
        /// Why.
        errno: Errno,
    },
    /// The initial size of a memory cannot be had.
    Memory {
        /// The size.
        bytes: u64,
        /// Why.
        errno: Errno,
    },
    /// The memories start with more than the limit.
    MemoryLimit {
        /// Their size in bytes.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A word of `WASMELT_DENY` that means nothing.
    UnknownDenial(&'static [u8]),
    /// The file that `WASMELT_AUDIT` names cannot be written.
    Audit(&'static [u8]),
    /// Faults cannot be handled.
    Signals,
}

/// Runs the program.
///
/// # Safety
///
/// Called once, first of all, with the stack pointer that the kernel gave the process.
pub unsafe extern "C" fn start(stack: *const usize) -> ! {
    // SAFETY: this is the initial stack (this function's condition), and nothing here writes to it.
    unsafe { process::keep(stack) };
    // SAFETY: called once, before guest code (this function's condition).
    if let Err(error) = unsafe { prepare(stack as u64) } {
        report(&error)
    }
    // SAFETY: the header says that a function of this type is there (ABI).
    let entry = unsafe { mem::transmute::<usize, unsafe extern "C" fn()>(program::header().entry as usize) };
    // SAFETY: what the entry needs is prepared.
    unsafe { entry() };
    process::exit(0)
}

/// Prepares what guest code relies on.
///
/// # Safety
///
/// Called once, before guest code.
unsafe fn prepare(stack_top: u64) -> Result<(), StartError> {
    let header = program::header();
    if !program::is_compatible(header) {
        return Err(StartError::Version);
    }
    // SAFETY: called once, before guest code (this function's condition).
    unsafe { program::copy_state(header) };
    grants::read_denials().map_err(StartError::UnknownDenial)?;
    audit::open().map_err(StartError::Audit)?;
    let stack_bytes = grants::limit(LimitKind::Stack).unwrap_or(u64::MAX).min(header.stack_bytes);
    stack::limit(stack_top, stack_bytes);
    // SAFETY: the states are the program's, and nobody refers to them yet.
    let memories = || program::memories().map(|state| unsafe { state.read() });
    let most = grants::limit(LimitKind::Memory).unwrap_or(u64::MAX);
    memory::limit(memories().map(|memory| memory.byte_length), most)?;
    let own_end = memory::own_addresses(memories());
    memory::keep_own_addresses(own_end);
    for state in program::memories() {
        // SAFETY: the states are the program's, and no guest code has run (this function's condition).
        unsafe { memory::map(state, own_end) }?;
    }
    // SAFETY: no guest code has run (this function's condition).
    unsafe { table::map_region(header) }?;
    linux::catch_faults().map_err(|linux::SignalsRefused| StartError::Signals)?;
    for part in [header.limits, header.listeners, header.sandbox] {
        if part != 0 {
            // SAFETY: the header says that a function of this type is there (ABI).
            let prepare = unsafe { mem::transmute::<usize, extern "C" fn()>(part as usize) };
            prepare();
        }
    }
    Ok(())
}

/// Sets the limits of the program that are not part of every start. Only headers refer to it, of programs that have any.
#[unsafe(export_name = "wasmelt_limits")]
extern "C" fn set_limits() {
    const _: () = assert!(matches!(symbols::LIMITS.as_bytes(), b"wasmelt_limits"));
    limits::enter();
}

/// Opens the listening sockets of the program. Only headers refer to it, of programs that have any.
#[unsafe(export_name = "wasmelt_listeners")]
extern "C" fn open_listeners() {
    const _: () = assert!(matches!(symbols::LISTENERS.as_bytes(), b"wasmelt_listeners"));
    if let Err(NotListening { port, errno }) = listeners::open() {
        let mut line = Line::new(CANNOT_START);
        line.text("cannot listen on port ").decimal(u64::from(port));
        number(&mut line, errno);
        refuse(line)
    }
}

/// Enters the sandbox of a program that has no directories and no files.
///
/// Only the headers of such programs refer to it, so that others do not carry it.
#[unsafe(export_name = "wasmelt_sandbox")]
extern "C" fn enter_sandbox() {
    const _: () = assert!(matches!(symbols::SANDBOX.as_bytes(), b"wasmelt_sandbox"));
    require(linux::enter_sandbox());
}

/// Enters the sandbox of a program that has directories or files, or can be given some; otherwise as [`enter_sandbox`].
#[unsafe(export_name = "wasmelt_sandbox_of_files")]
extern "C" fn enter_sandbox_of_files() {
    const _: () = assert!(matches!(symbols::SANDBOX_OF_FILES.as_bytes(), b"wasmelt_sandbox_of_files"));
    require(linux::enter_sandbox_of_files());
}

/// What the kernel lacks of the sandbox keeps only those programs from running that say so; of others an audit tells it.
fn require(entered: Result<(), linux::Lacking>) {
    let Err(lacking) = entered else { return };
    if program::header().sandbox_required == 1 {
        let mut line = Line::new(CANNOT_START);
        line.text("the program requires its sandbox, and this system lacks ").text(lacking.name());
        refuse(line)
    }
    audit::lacking(lacking.name());
}

/// How each line begins that says why a program does not start.
const CANNOT_START: &str = "wasmelt: cannot start: ";

/// Apart from the start, whose stack would have room for the line otherwise: a page more that every start touches.
#[cold]
#[inline(never)]
fn report(error: &StartError) -> ! {
    refuse(message(error))
}

fn refuse(mut line: Line) -> ! {
    write_all(Stream::Error, line.end());
    process::exit(EXIT_STATUS)
}

/// The line that tells `error`.
fn message(error: &StartError) -> Line {
    let mut line = Line::new(CANNOT_START);
    match *error {
        StartError::Version => line.text("it was compiled for another version of the runtime"),
        StartError::AddressSpace { base, bytes, errno } => {
            line.text("cannot reserve ").decimal(bytes).text(" bytes of address space at ").hexadecimal(base);
            match errno {
                Errno::EXIST => line.text(": something else is there"),
                Errno::NOMEM => line.text(": is the address space limited (ulimit -v)?"),
                _ => number(&mut line, errno),
            }
        }
        StartError::Memory { bytes, errno } => {
            line.text("cannot have ").decimal(bytes).text(" bytes of memory");
            number(&mut line, errno)
        }
        StartError::MemoryLimit { bytes, limit } => {
            line.text("its memories have ").decimal(bytes).text(" bytes, and their limit is ").decimal(limit)
        }
        StartError::UnknownDenial(word) => {
            line.text("WASMELT_DENY has \"").quoted(word).text("\", which cannot be denied")
        }
        StartError::Audit(path) => line.text("WASMELT_AUDIT cannot be written to: \"").quoted(path).text("\""),
        StartError::Signals => line.text("the kernel lets no faults be handled"),
    };
    line
}

fn number(line: &mut Line, errno: Errno) -> &mut Line {
    line.text(" (errno ").decimal(u64::from(errno.raw_os_error().unsigned_abs())).text(")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_is_missing() {
        let (base, bytes) = (0x1000_0000, 8_590_000_128);
        for (error, expected) in [
            (StartError::Version, "it was compiled for another version of the runtime"),
            (
                StartError::AddressSpace { base, bytes, errno: Errno::NOMEM },
                "cannot reserve 8590000128 bytes of address space at 0x10000000: \
                 is the address space limited (ulimit -v)?",
            ),
            (
                StartError::AddressSpace { base, bytes, errno: Errno::EXIST },
                "cannot reserve 8590000128 bytes of address space at 0x10000000: something else is there",
            ),
            (
                StartError::AddressSpace { base, bytes, errno: Errno::PERM },
                "cannot reserve 8590000128 bytes of address space at 0x10000000 (errno 1)",
            ),
            (StartError::Memory { bytes: 65536, errno: Errno::NOMEM }, "cannot have 65536 bytes of memory (errno 12)"),
            (StartError::Signals, "the kernel lets no faults be handled"),
        ] {
            let mut line = message(&error);
            assert_eq!(std::str::from_utf8(line.end()).unwrap(), format!("wasmelt: cannot start: {expected}\n"));
        }
    }
}
