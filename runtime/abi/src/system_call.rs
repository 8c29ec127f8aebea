//! System calls: which of them each function of the runtime may make once the guest runs.
//!
//! This is the declaration that the kernel's filter is computed from: a program may make the calls of [`ALWAYS`] and those
//! of the runtime functions it refers to, and no others. A call that only start-up makes is not here, because the filter is
//! set after it.

use SystemCall::*;

use crate::symbols;

macro_rules! system_calls {
    ($($name:ident = $x86_64:literal, $aarch64:literal;)*) => {
        /// A system call of Linux, by the kernel's name for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum SystemCall {
            $($name),*
        }

        impl SystemCall {
            /// Its number on x86-64 (`asm/unistd_64.h`).
            pub const fn x86_64(self) -> u32 {
                match self {
                    $($name => $x86_64),*
                }
            }

            /// Its number on AArch64 (`asm-generic/unistd.h`).
            pub const fn aarch64(self) -> u32 {
                match self {
                    $($name => $aarch64),*
                }
            }
        }
    };
}

system_calls! {
    Accept4 = 288, 242;
    ClockGetres = 229, 114;
    ClockGettime = 228, 113;
    Close = 3, 57;
    ExitGroup = 231, 94;
    Fadvise64 = 221, 223;
    Fallocate = 285, 47;
    Fcntl = 72, 25;
    Fdatasync = 75, 83;
    Fstat = 5, 80;
    Fsync = 74, 82;
    Ftruncate = 77, 46;
    Futex = 202, 98;
    Getdents64 = 217, 61;
    Getpid = 39, 172;
    Getrandom = 318, 278;
    Ioctl = 16, 29;
    Kill = 62, 129;
    Linkat = 265, 37;
    Lseek = 8, 62;
    Madvise = 28, 233;
    Mkdirat = 258, 34;
    Mmap = 9, 222;
    Mprotect = 10, 226;
    Munmap = 11, 215;
    Newfstatat = 262, 79;
    Openat = 257, 56;
    Openat2 = 437, 437;
    Ppoll = 271, 73;
    Preadv = 295, 69;
    Pwritev = 296, 70;
    Readlinkat = 267, 78;
    Readv = 19, 65;
    Recvmsg = 47, 212;
    Renameat = 264, 38;
    RtSigaction = 13, 134;
    RtSigreturn = 15, 139;
    SchedYield = 24, 124;
    Sendmsg = 46, 211;
    Shutdown = 48, 210;
    Symlinkat = 266, 36;
    Unlinkat = 263, 35;
    Utimensat = 280, 88;
    Write = 1, 64;
    Writev = 20, 66;
}

/// What every program may call: to report a trap, to end, and to come back from a signal's handler. The handler tries
/// `kill` for a fault's signal that another process sent; the filter answers that with an error, and the process ends as
/// by a trap.
pub const ALWAYS: &[SystemCall] = &[Write, ExitGroup, RtSigreturn, RtSigaction, Getpid, Kill];

/// What resolving a path takes, by the kernel or by hand, and closing what was opened on the way.
const RESOLVE: &[SystemCall] = &[Openat, Openat2, Newfstatat, Readlinkat, Fstat, Fcntl, Close];

/// What opening the granted directories takes, when a descriptor is first asked for.
const PREOPENS: &[SystemCall] = &[Openat, Fcntl, Close];

/// What a runtime function may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Calls that it makes whatever is granted.
    pub own: &'static [SystemCall],
    /// Calls that it makes in granted directories, so that a program without any never makes them.
    pub in_directories: &'static [SystemCall],
}

impl Needs {
    const NOTHING: Needs = Needs { own: &[], in_directories: &[] };

    const fn own(own: &'static [SystemCall]) -> Needs {
        Needs { own, ..Needs::NOTHING }
    }

    /// Of a function of descriptors, which granted directories are among.
    const fn descriptor(own: &'static [SystemCall]) -> Needs {
        Needs { own, in_directories: PREOPENS }
    }
}

/// The system calls of the runtime function `symbol` and of all that it calls; `None` for a function that is not declared
/// here: a program that refers to it cannot be given a filter.
pub fn needs(symbol: &str) -> Option<Needs> {
    if let Some(name) = symbol.strip_prefix(symbols::STREAMS_PREFIX) {
        return descriptor(name).map(Needs::own);
    }
    match symbol.strip_prefix("wasi_snapshot_preview1.") {
        Some(name) => preview1(name),
        None => Some(match symbol {
            symbols::START | symbols::LISTENERS | symbols::LIMITS | symbols::SANDBOX | symbols::SANDBOX_OF_FILES => {
                Needs::NOTHING
            }
            symbols::TABLE_GROW | symbols::TABLE_FILL | symbols::MEMORY_MOVE | symbols::MEMORY_SET => Needs::NOTHING,
            symbols::GC_ALLOCATE => Needs::own(&[Mmap, Madvise]),
            symbols::THROW => Needs::NOTHING,
            symbol if symbol.starts_with(symbols::DENIED_PREFIX) => Needs::NOTHING,
            symbols::MEMORY_GROW => Needs::own(&[Mprotect]),
            symbols::MEMORY_EXTEND => Needs::own(&[Mmap, Munmap]),
            symbols::MEMORY_NOTIFY => Needs::own(&[Futex]),
            // The vDSO falls back to the call where it cannot read the clock.
            symbols::MEMORY_WAIT32 | symbols::MEMORY_WAIT64 => Needs::own(&[Futex, ClockGettime]),
            _ => return None,
        }),
    }
}

fn preview1(name: &str) -> Option<Needs> {
    Some(match name {
        "args_get" | "args_sizes_get" | "environ_get" | "environ_sizes_get" | "proc_exit" | "proc_raise" => {
            Needs::NOTHING
        }
        "clock_res_get" => Needs::own(&[ClockGetres]),
        // The vDSO falls back to the call where it cannot read the clock.
        "clock_time_get" => Needs::own(&[ClockGettime]),
        "random_get" => Needs::own(&[Getrandom]),
        "sched_yield" => Needs::own(&[SchedYield]),
        "poll_oneoff" => Needs::descriptor(&[Ppoll, ClockGettime, ClockGetres, Ioctl, SchedYield, Fstat, Fcntl]),
        name if name.starts_with("fd_") => Needs::descriptor(descriptor(name)?),
        name if name.starts_with("sock_") => Needs::descriptor(socket(name)?),
        name => Needs { own: &[], in_directories: path(name)? },
    })
}

fn descriptor(name: &str) -> Option<&'static [SystemCall]> {
    Some(match name {
        "fd_advise" => &[Fadvise64],
        "fd_allocate" => &[Fallocate],
        "fd_close" | "fd_renumber" => &[Close],
        "fd_datasync" => &[Fdatasync],
        "fd_sync" => &[Fsync],
        "fd_fdstat_get" => &[Fstat, Fcntl, Ioctl],
        "fd_fdstat_set_flags" => &[Fcntl],
        "fd_fdstat_set_rights" | "fd_prestat_get" | "fd_prestat_dir_name" => &[],
        "fd_filestat_get" => &[Fstat],
        "fd_filestat_set_size" => &[Ftruncate],
        "fd_filestat_set_times" => &[Utimensat],
        "fd_pread" => &[Preadv],
        "fd_pwrite" => &[Pwritev],
        "fd_read" => &[Readv],
        "fd_write" => &[Writev],
        "fd_readdir" => &[Getdents64, Lseek],
        "fd_seek" | "fd_tell" => &[Lseek],
        _ => return None,
    })
}

fn socket(name: &str) -> Option<&'static [SystemCall]> {
    Some(match name {
        "sock_accept" => &[Accept4, Fcntl, Close],
        "sock_recv" => &[Recvmsg],
        "sock_send" => &[Sendmsg],
        "sock_shutdown" => &[Shutdown],
        _ => return None,
    })
}

fn path(name: &str) -> Option<&'static [SystemCall]> {
    macro_rules! resolving {
        ($($call:ident),*) => {
            &[Openat, Openat2, Newfstatat, Readlinkat, Fstat, Fcntl, Close, $($call),*]
        };
    }
    Some(match name {
        "path_open" | "path_filestat_get" | "path_readlink" => RESOLVE,
        "path_create_directory" => resolving![Mkdirat],
        "path_filestat_set_times" => resolving![Utimensat],
        "path_link" => resolving![Linkat],
        "path_remove_directory" | "path_unlink_file" => resolving![Unlinkat],
        "path_rename" => resolving![Renameat],
        "path_symlink" => resolving![Symlinkat],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WASI_PREVIEW_1;

    /// A test script runs without a filter, for it is no guest.
    #[test]
    fn every_function_of_the_runtime_says_what_it_calls() {
        let functions = symbols::RUNTIME.into_iter().chain(WASI_PREVIEW_1.iter().map(|function| function.symbol));
        for symbol in functions.filter(|&symbol| symbol != symbols::RUN_SCRIPT) {
            assert!(needs(symbol).is_some(), "{symbol} declares no system calls");
        }
        assert_eq!(needs("wasmelt_streams.fd_write"), Some(Needs::own(&[Writev])));
        assert_eq!(needs("malloc"), None);
        assert_eq!(needs("wasi_snapshot_preview1.fd_fly"), None);
    }
}
