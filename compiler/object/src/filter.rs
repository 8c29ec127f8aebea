//! The kernel's filter of system calls (seccomp): a program in the machine language of the classic packet filter.
//!
//! It lets through what [`wasmelt_abi::needs`] declares for the runtime functions that the program refers to, and ends the
//! process at anything else: the runtime makes no other call, so that whoever does is not the runtime any more. (An error
//! number would leave a hijacked program running, and probing.)
//!
//! ```text
//!        load an argument, which is not used
//!        architecture is the program's ?     else kill
//!        load the number
//!        number is … ?                       a comparison for each call, which leads to its leaf
//! leaf   kill | allow | error | allow if the argument is one of … | allow unless it makes memory executable
//! ```
//!
//! What the filter costs is paid when it is set, before the guest's first instruction. Two things are done about it:
//!
//! - The kernel compiles every instruction. So there is one comparison a call, rather than a tree with its many boundaries,
//!   and leaves are shared. That all of them may be tried at a call is hardly measurable: 30 comparisons take 3 ns.
//! - Then the kernel asks the filter about every number there is, for two architectures, to keep those that are allowed
//!   whatever the arguments (`seccomp_cache_prepare`). It does so by interpreting it, up to the first instruction that loads an
//!   argument: which is therefore the first. That is 6 µs less at the start of hello, and at each call 15 to 20 ns more, for the
//!   filter is run then. Hello would have to make 300 calls to lose by it.

use std::collections::BTreeSet;

use wasmelt_abi::{ALWAYS_CALLED, FILTER_INSTRUCTION_BYTES, SystemCall, needs};
use wasmelt_targets::Architecture;

use crate::{
    ObjectOptions, Sandbox,
    blob::Blob,
    file::{ObjectFile, Section},
    grants::Needs,
    item::Item,
};

/// Instructions (`linux/bpf_common.h`): load a word of the call's data, jump if equal, if a bit is set, and answer.
const LOAD: u16 = 0x20;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_ANY_BIT: u16 = 0x45;
const ANSWER: u16 = 0x06;

/// Answers (`linux/seccomp.h`).
const KILL_PROCESS: u32 = 0x8000_0000;
const NOT_PERMITTED: u32 = 0x0005_0001;
const ALLOW: u32 = 0x7fff_0000;

/// Where the call's data are (`struct seccomp_data`), in bytes. Only the low words of arguments are looked at: those here
/// are 32 bits wide for the kernel as well.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const fn argument(index: u32) -> u32 {
    16 + 8 * index
}

const PROT_EXEC: u32 = 4;
const TIOCGWINSZ: u32 = 0x5413;
const FIONREAD: u32 = 0x541b;
const F_GETFL: u32 = 3;
const F_SETFL: u32 = 4;
const F_DUPFD_CLOEXEC: u32 = 1030;

/// What becomes of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Kill,
    Allow,
    /// It fails with `EPERM`.
    Refuse,
    /// It is allowed if its second argument is one of these.
    Commands(&'static [u32]),
    /// It is allowed if its third argument, the protection of memory, does not have it executed.
    NotExecutable,
}

impl Verdict {
    fn of(call: SystemCall) -> Verdict {
        match call {
            SystemCall::Kill => Verdict::Refuse,
            SystemCall::Mmap | SystemCall::Mprotect => Verdict::NotExecutable,
            // Not those that push input into a terminal or have the kernel send signals.
            SystemCall::Ioctl => Verdict::Commands(&[TIOCGWINSZ, FIONREAD]),
            SystemCall::Fcntl => Verdict::Commands(&[F_GETFL, F_SETFL, F_DUPFD_CLOEXEC]),
            _ => Verdict::Allow,
        }
    }

    fn instructions(self) -> Vec<Instruction> {
        let answer = |value| Instruction::new(ANSWER, value);
        match self {
            Verdict::Kill => vec![answer(KILL_PROCESS)],
            Verdict::Allow => vec![answer(ALLOW)],
            Verdict::Refuse => vec![answer(NOT_PERMITTED)],
            Verdict::NotExecutable => vec![
                Instruction::new(LOAD, argument(2)),
                Instruction::jump(JUMP_ANY_BIT, PROT_EXEC, 0, 1),
                answer(KILL_PROCESS),
                answer(ALLOW),
            ],
            Verdict::Commands(allowed) => {
                let mut instructions = vec![Instruction::new(LOAD, argument(1))];
                for (index, &command) in allowed.iter().enumerate() {
                    let behind_kill = short(allowed.len() - index);
                    instructions.push(Instruction::jump(JUMP_EQUAL, command, behind_kill, 0));
                }
                instructions.extend([answer(KILL_PROCESS), answer(ALLOW)]);
                instructions
            }
        }
    }
}

/// An instruction of the filter: `struct sock_filter` (`linux/filter.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Instruction {
    code: u16,
    /// Instructions to skip if the comparison holds.
    if_true: u8,
    /// Instructions to skip if it does not.
    if_false: u8,
    operand: u32,
}

impl Instruction {
    const fn new(code: u16, operand: u32) -> Instruction {
        Instruction::jump(code, operand, 0, 0)
    }

    const fn jump(code: u16, operand: u32, if_true: u8, if_false: u8) -> Instruction {
        Instruction { code, if_true, if_false, operand }
    }

    fn to_bytes(self) -> [u8; FILTER_INSTRUCTION_BYTES] {
        let [code_low, code_high] = self.code.to_le_bytes();
        let [a, b, c, d] = self.operand.to_le_bytes();
        [code_low, code_high, self.if_true, self.if_false, a, b, c, d]
    }
}

/// A filter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    instructions: Vec<Instruction>,
}

impl Filter {
    /// The filter for what `file` refers to, unless the sandbox is off or one of these functions does not declare its
    /// system calls.
    pub(crate) fn of(file: &ObjectFile<'_>, architecture: Architecture, options: &ObjectOptions<'_>) -> Option<Filter> {
        if options.sandbox == Sandbox::Off {
            return None;
        }
        let calls = calls(file.runtime_functions(), Needs::of(options.grants).files)?;
        Some(Filter::new(&calls, architecture))
    }

    fn new(calls: &BTreeSet<SystemCall>, architecture: Architecture) -> Filter {
        /// Instructions in front of the comparisons.
        const HEAD: usize = 4;
        let number = |call: SystemCall| match architecture {
            Architecture::X86_64 => call.x86_64(),
            Architecture::Aarch64 => call.aarch64(),
        };
        // AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64 (`linux/audit.h`).
        let architecture = match architecture {
            Architecture::X86_64 => 0xc000_003e,
            Architecture::Aarch64 => 0xc000_00b7,
        };
        let mut verdicts: Vec<(u32, Verdict)> = calls.iter().map(|&call| (number(call), Verdict::of(call))).collect();
        verdicts.sort_by_key(|&(number, _)| number);
        // The leaves, that of no call first, and where each begins.
        let (mut leaves, mut positions) = (Vec::new(), Vec::new());
        for verdict in [Verdict::Kill].into_iter().chain(verdicts.iter().map(|&(_, verdict)| verdict)) {
            if positions.iter().all(|&(there, _)| there != verdict) {
                positions.push((verdict, HEAD + verdicts.len() + leaves.len()));
                leaves.extend(verdict.instructions());
            }
        }
        // What to skip to come from the instruction at `at` to the leaf of `verdict`.
        let skip = |at: usize, verdict| {
            let position = positions.iter().find(|&&(there, _)| there == verdict).map(|&(_, position)| position);
            short(position.expect("invariant: every verdict has a leaf") - at - 1)
        };
        let mut instructions = vec![
            Instruction::new(LOAD, argument(0)),
            Instruction::new(LOAD, ARCHITECTURE),
            Instruction::jump(JUMP_EQUAL, architecture, 0, skip(2, Verdict::Kill)),
            Instruction::new(LOAD, NUMBER),
        ];
        for (index, &(number, verdict)) in verdicts.iter().enumerate() {
            instructions.push(Instruction::jump(JUMP_EQUAL, number, skip(HEAD + index, verdict), 0));
        }
        instructions.extend(leaves);
        Filter { instructions }
    }

    /// How many instructions it has.
    pub(crate) fn length(&self) -> u32 {
        u32::try_from(self.instructions.len()).expect("invariant: a filter is short")
    }
}

/// Emits the filter, if there is one.
pub(crate) fn emit(file: &mut ObjectFile<'_>, filter: Option<Filter>) {
    let Some(filter) = filter else { return };
    let bytes = filter.instructions.iter().flat_map(|instruction| instruction.to_bytes()).collect();
    file.define(Section::Constants, Item::Filter, Blob { bytes, addresses: Vec::new() }, 8);
}

/// The system calls of `functions` and of every program; `None` if one of them does not declare its own.
fn calls<'f>(functions: impl Iterator<Item = &'f str>, directories: bool) -> Option<BTreeSet<SystemCall>> {
    let mut calls: BTreeSet<SystemCall> = ALWAYS_CALLED.iter().copied().collect();
    for function in functions {
        let needs = needs(function)?;
        calls.extend(needs.own);
        if directories {
            calls.extend(needs.in_directories);
        }
    }
    Some(calls)
}

fn short(distance: usize) -> u8 {
    u8::try_from(distance).expect("invariant: a filter for all declared calls has fewer than 256 instructions")
}

#[cfg(test)]
mod tests {
    use wasmelt_abi::{WASI_PREVIEW_1, symbols};

    use super::*;

    const ARCHITECTURES: [(Architecture, u32); 2] =
        [(Architecture::X86_64, 0xc000_003e), (Architecture::Aarch64, 0xc000_00b7)];

    /// What the kernel would make of a call.
    fn run(filter: &Filter, number: u32, architecture: u32, arguments: [u32; 3]) -> u32 {
        let (mut at, mut loaded) = (0, 0);
        loop {
            let Instruction { code, if_true, if_false, operand } = filter.instructions[at];
            let holds = match code {
                ANSWER => return operand,
                LOAD => {
                    loaded = match operand {
                        NUMBER => number,
                        ARCHITECTURE => architecture,
                        _ => arguments[(operand as usize - 16) / 8],
                    };
                    at += 1;
                    continue;
                }
                JUMP_EQUAL => loaded == operand,
                JUMP_ANY_BIT => loaded & operand != 0,
                _ => panic!("unknown instruction {code:#x}"),
            };
            at += 1 + usize::from(if holds { if_true } else { if_false });
        }
    }

    fn everything() -> BTreeSet<SystemCall> {
        let functions =
            WASI_PREVIEW_1.iter().map(|function| function.symbol).chain([symbols::MEMORY_GROW, symbols::MEMORY_EXTEND]);
        calls(functions, true).unwrap()
    }

    #[test]
    fn exactly_the_declared_calls_pass() {
        for (architecture, audit) in ARCHITECTURES {
            for calls in [everything(), calls([].into_iter(), false).unwrap()] {
                let filter = Filter::new(&calls, architecture);
                let number = |call: &SystemCall| match architecture {
                    Architecture::X86_64 => call.x86_64(),
                    Architecture::Aarch64 => call.aarch64(),
                };
                for tried in (0..1024).chain([0x4000_0001, u32::MAX]) {
                    let expected = match calls.iter().find(|call| number(call) == tried) {
                        None => KILL_PROCESS,
                        Some(SystemCall::Kill) => NOT_PERMITTED,
                        Some(SystemCall::Ioctl | SystemCall::Fcntl) => continue,
                        Some(_) => ALLOW,
                    };
                    assert_eq!(run(&filter, tried, audit, [0; 3]), expected, "{architecture:?} {tried}");
                }
                assert_eq!(run(&filter, number(&SystemCall::Write), audit + 1, [0; 3]), KILL_PROCESS);
            }
        }
    }

    #[test]
    fn a_filter_is_short_and_nothing_is_answered_in_advance() {
        for (calls, length) in [(everything(), 80), (calls([].into_iter(), false).unwrap(), 16)] {
            let filter = Filter::new(&calls, Architecture::X86_64);
            assert!(filter.length() < length, "{}", filter.length());
            assert_eq!(filter.instructions[0], Instruction::new(LOAD, argument(0)));
        }
    }

    #[test]
    fn arguments_are_looked_at() {
        let filter = Filter::new(&everything(), Architecture::X86_64);
        let check = |call: SystemCall, arguments| run(&filter, call.x86_64(), 0xc000_003e, arguments);
        const TIOCSTI: u32 = 0x5412;
        for call in [SystemCall::Mmap, SystemCall::Mprotect] {
            assert_eq!(check(call, [0, 0, 3]), ALLOW);
            assert_eq!(check(call, [0, 0, 5]), KILL_PROCESS);
        }
        for (command, expected) in [(TIOCGWINSZ, ALLOW), (FIONREAD, ALLOW), (TIOCSTI, KILL_PROCESS)] {
            assert_eq!(check(SystemCall::Ioctl, [0, command, 0]), expected);
        }
        for (command, expected) in [(F_GETFL, ALLOW), (F_SETFL, ALLOW), (F_DUPFD_CLOEXEC, ALLOW), (8, KILL_PROCESS)] {
            assert_eq!(check(SystemCall::Fcntl, [0, command, 0]), expected);
        }
    }

    #[test]
    fn without_directories_no_file_can_be_opened() {
        let functions = || WASI_PREVIEW_1.iter().map(|function| function.symbol);
        let calls_of = |directories| calls(functions(), directories).unwrap();
        for call in [SystemCall::Openat, SystemCall::Openat2, SystemCall::Unlinkat, SystemCall::Linkat] {
            assert!(calls_of(true).contains(&call) && !calls_of(false).contains(&call), "{call:?}");
        }
        assert_eq!(calls(["malloc"].into_iter(), false), None);
    }
}
