//! Start-up, from the kernel's hand-over to the guest's first instruction.
//!
//! The kernel has mapped the program: code, constants, instance state, tables, and the initial image of memory 0, all at
//! their final addresses. There is nothing to relocate. What is left are these system calls, and no others:
//!
//! 1. `prlimit64`, to read the stack's limits: the hard limit bounds what may be asked for.
//! 2. `prlimit64`, to set the soft limit, if it is not what the program asked for: it is what ends a recursion (`stack.rs`).
//! 3. `mmap` for each memory with a guard: the guard and its room to grow (`memory.rs`), and for each other one whose
//!    initial size the kernel has not mapped; in parts where an emulator has mapped some of it.
//! 4. `mprotect` for each memory whose initial size the kernel has not mapped.
//! 5. `mmap` for the tables that can grow, if there are any (`table.rs`).
//! 6. `sigaltstack`: an overflow of the stack is handled on another one.
//! 7. `rt_sigaction` for each signal of a fault, three, and on x86-64 a fourth for division (`trap.rs`).
//! 8. `rt_sigprocmask`, to let these signals through: a parent that had blocked them leaves them blocked.
//! 9. What limits take, if there are any (`limits.rs`), and listening sockets (`listeners.rs`).
//! 10. What the sandbox takes, if the program has one (`sys/linux/sandbox.rs`): `prctl`, Landlock's calls where directories
//!     are granted, `seccomp`. After it the filter holds.
//!
//! Everything else is done when a program first asks for it: directories are opened, clocks found, arguments read.

use core::mem;

use rustix::io::Errno;
use wasmelt_abi::{ProgramHeader, grants::LimitKind};

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
    /// A granted address cannot be listened on.
    Listener(NotListening),
    /// Faults cannot be handled.
    Signals,
    /// The program needs a part of the sandbox that the kernel lacks.
    Sandbox(linux::Lacking),
}

/// Runs the program.
///
/// # Safety
///
/// Called once, first of all, with the stack pointer that the kernel gave the process.
pub unsafe extern "C" fn start(stack: *const usize) -> ! {
    // SAFETY: this is the initial stack (this function's condition), and nothing here writes to it.
    unsafe { process::keep(stack) };
    #[cfg(feature = "freestanding")]
    // SAFETY: the environment of the initial stack, which the auxiliary vector follows; no rustix call comes before.
    unsafe {
        rustix::param::init(process::environment_block().cast_mut().cast())
    };
    // SAFETY: called once, before guest code (this function's condition).
    if let Err(error) = unsafe { prepare(stack as u64) } {
        write_all(Stream::Error, message(&error).end());
        process::exit(EXIT_STATUS)
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
    if let Some(word) = grants::unknown_denial() {
        return Err(StartError::UnknownDenial(word));
    }
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
    limits::enter();
    listeners::open().map_err(StartError::Listener)?;
    enter_sandbox(header)
}

/// Enters the sandbox, if the program has one.
fn enter_sandbox(header: &ProgramHeader) -> Result<(), StartError> {
    if header.sandbox == 0 {
        return Ok(());
    }
    // SAFETY: the header says that a function of this type is there (ABI).
    let enter = unsafe { mem::transmute::<usize, extern "C" fn() -> u64>(header.sandbox as usize) };
    match linux::Lacking::from_number(enter()) {
        Some(lacking) if header.sandbox_required == 1 => Err(StartError::Sandbox(lacking)),
        _ => Ok(()),
    }
}

/// The line that tells `error`.
fn message(error: &StartError) -> Line {
    let mut line = Line::new("wasmelt: cannot start: ");
    match *error {
        StartError::Version => line.text("the program was compiled for another version of its runtime"),
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
            line.text("WASMELT_DENY has \"").json(word).text("\", which is nothing that can be denied")
        }
        StartError::Audit(path) => line.text("WASMELT_AUDIT cannot be written to: \"").json(path).text("\""),
        StartError::Listener(NotListening { port, errno }) => {
            line.text("cannot listen on port ").decimal(u64::from(port));
            number(&mut line, errno)
        }
        StartError::Signals => line.text("the kernel lets no faults be handled"),
        StartError::Sandbox(lacking) => {
            line.text("the program requires its sandbox, and this system lacks ").text(lacking.name())
        }
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
            (StartError::Version, "the program was compiled for another version of its runtime"),
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
            (
                StartError::Sandbox(linux::Lacking::Landlock),
                "the program requires its sandbox, and this system lacks Landlock",
            ),
            (StartError::Signals, "the kernel lets no faults be handled"),
        ] {
            let mut line = message(&error);
            assert_eq!(std::str::from_utf8(line.end()).unwrap(), format!("wasmelt: cannot start: {expected}\n"));
        }
    }
}
