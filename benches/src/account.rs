//! What a program uses: page faults and memory, as the kernel accounts for them.
//!
//! `execve` leaves a process the peak memory that it had before, and a process that is spawned begins with its parent's. So
//! the program is not spawned from here but from a launcher that has nothing: a hundred bytes of machine code in one page.
//!
//! ```text
//! launcher PROGRAM ARGUMENTS…    fork
//!                                ├─ execve(argv[1], argv + 1, environment), or exit(127)
//!                                └─ wait4(child, &status, 0, &usage); write(1, { status, usage }, 152); exit(0)
//! ```
//!
//! What it writes follows what the program itself has written. The figures include what the program's own children used,
//! if it has waited for them; daemons that work for it are in no account.

use std::{io, path::Path, process::Stdio};

use serde::Serialize;
use wasmelt_driver::write_executable;
use wasmelt_targets::Architecture;

use crate::{floor, startup::CommandLine};

/// The launcher's answer: the status, four bytes unused, and `struct rusage` of a 64-bit system, which is 18 words.
const ANSWER: usize = 8 + 18 * 8;

/// Offsets in the answer: `ru_maxrss`, `ru_minflt`, `ru_majflt` (getrusage(2)).
const MAXRSS: usize = 8 + 4 * 8;
const MINFLT: usize = 8 + 8 * 8;
const MAJFLT: usize = 8 + 9 * 8;

/// What a program has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Usage {
    /// Page faults that were served without reading.
    pub minor_faults: u64,
    /// Page faults for which something had to be read.
    pub major_faults: u64,
    /// The most memory that was resident at a time, in KiB; the kernel counts in batches of some pages.
    pub peak_kib: u64,
}

/// Runs programs to see what they use.
#[derive(Debug)]
pub struct Accountant<'a> {
    launcher: &'a Path,
}

impl<'a> Accountant<'a> {
    /// Writes the launcher to `launcher`.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn new(architecture: Architecture, launcher: &'a Path) -> io::Result<Accountant<'a>> {
        let bytes = floor::wrap(architecture, code(architecture));
        write_executable(launcher, &bytes).map_err(|diagnostic| io::Error::other(diagnostic.message))?;
        Ok(Accountant { launcher })
    }

    /// What `line` uses: the middle of `runs` runs, by faults. `None` if it does not succeed.
    pub fn usage(&self, line: &CommandLine, runs: usize) -> Option<Usage> {
        let mut usages = (0..runs).map(|_| self.once(line)).collect::<Option<Vec<_>>>()?;
        usages.sort_unstable();
        usages.get(usages.len() / 2).copied()
    }

    fn once(&self, line: &CommandLine) -> Option<Usage> {
        let arguments = [line.program.clone().into_os_string()].into_iter().chain(line.arguments.iter().cloned());
        let launcher =
            CommandLine { program: self.launcher.to_owned(), arguments: arguments.collect(), ..line.clone() };
        let output = launcher.command().stdout(Stdio::piped()).output().ok()?;
        read(output.stdout.get(output.stdout.len().checked_sub(ANSWER)?..)?)
    }
}

fn read(answer: &[u8]) -> Option<Usage> {
    let word = |at: usize| Some(u64::from_le_bytes(answer.get(at..at + 8)?.try_into().ok()?));
    let status = answer.get(..4)?;
    let usage = Usage { minor_faults: word(MINFLT)?, major_faults: word(MAJFLT)?, peak_kib: word(MAXRSS)? };
    (status == [0; 4]).then_some(usage)
}

/// The launcher as machine code.
#[rustfmt::skip]
const fn code(architecture: Architecture) -> &'static [u8] {
    match architecture {
        Architecture::X86_64 => &[
            0x48, 0x89, 0xe5,                               // mov rbp, rsp
            0x6a, 0x39, 0x58, 0x0f, 0x05,                   // fork
            0x85, 0xc0, 0x74, 0x2e,                         // jz child
            0x89, 0xc7,                                     // mov edi, eax
            0x48, 0x81, 0xec, 0xa0, 0x00, 0x00, 0x00,       // sub rsp, 160
            0x48, 0x8d, 0x34, 0x24,                         // lea rsi, [rsp]
            0x31, 0xd2,                                     // xor edx, edx
            0x4c, 0x8d, 0x54, 0x24, 0x08,                   // lea r10, [rsp + 8]
            0x6a, 0x3d, 0x58, 0x0f, 0x05,                   // wait4
            0x48, 0x8d, 0x34, 0x24,                         // lea rsi, [rsp]
            0x6a, 0x01, 0x5f,                               // edi = 1
            0xba, 0x98, 0x00, 0x00, 0x00,                   // mov edx, 152
            0x6a, 0x01, 0x58, 0x0f, 0x05,                   // write
            0x31, 0xff, 0xeb, 0x19,                         // edi = 0; jmp leave
            0x48, 0x8b, 0x4d, 0x00,                         // child: mov rcx, [rbp]
            0x48, 0x8b, 0x7d, 0x10,                         // mov rdi, [rbp + 16]
            0x48, 0x8d, 0x75, 0x10,                         // lea rsi, [rbp + 16]
            0x48, 0x8d, 0x54, 0xcd, 0x10,                   // lea rdx, [rbp + rcx * 8 + 16]
            0x6a, 0x3b, 0x58, 0x0f, 0x05,                   // execve
            0x6a, 0x7f, 0x5f,                               // edi = 127
            0x6a, 0x3c, 0x58, 0x0f, 0x05,                   // leave: exit
        ],
        Architecture::Aarch64 => &[
            0xf3, 0x03, 0x00, 0x91,                         // mov x19, sp
            0x20, 0x02, 0x80, 0xd2, 0x01, 0x00, 0x80, 0xd2, // mov x0, #17 (SIGCHLD); mov x1, #0
            0x02, 0x00, 0x80, 0xd2, 0x03, 0x00, 0x80, 0xd2, // mov x2, #0; mov x3, #0
            0x04, 0x00, 0x80, 0xd2,                         // mov x4, #0
            0x88, 0x1b, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, // clone
            0xc0, 0x01, 0x00, 0xb4,                         // cbz x0, child
            0xff, 0x83, 0x02, 0xd1, 0xe1, 0x03, 0x00, 0x91, // sub sp, sp, #160; mov x1, sp
            0x02, 0x00, 0x80, 0xd2, 0xe3, 0x23, 0x00, 0x91, // mov x2, #0; add x3, sp, #8
            0x88, 0x20, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, // wait4
            0x20, 0x00, 0x80, 0xd2, 0xe1, 0x03, 0x00, 0x91, // mov x0, #1; mov x1, sp
            0x02, 0x13, 0x80, 0xd2,                         // mov x2, #152
            0x08, 0x08, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, // write
            0x00, 0x00, 0x80, 0xd2, 0x09, 0x00, 0x00, 0x14, // mov x0, #0; b leave
            0x69, 0x02, 0x40, 0xf9, 0x60, 0x0a, 0x40, 0xf9, // child: ldr x9, [x19]; ldr x0, [x19, #16]
            0x61, 0x42, 0x00, 0x91, 0x62, 0x0e, 0x09, 0x8b, // add x1, x19, #16; add x2, x19, x9, lsl #3
            0x42, 0x40, 0x00, 0x91,                         // add x2, x2, #16
            0xa8, 0x1b, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, // execve
            0xe0, 0x0f, 0x80, 0xd2,                         // mov x0, #127
            0xa8, 0x0b, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, // leave: exit
        ],
    }
}
