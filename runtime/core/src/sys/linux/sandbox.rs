//! The sandbox: before the guest's first instruction, the kernel takes from the process what the program does not need.
//!
//! 1. `prctl(PR_SET_NO_NEW_PRIVS)`: nothing that is executed later gains privileges. The other two demand it.
//! 2. Landlock: of the file system there is what lies beneath the granted directories, of TCP nothing, and neither abstract
//!    sockets nor processes outside are reached. Only where directories are granted and the program has functions for
//!    them: without, the filter lets no file be opened, and Landlock could add nothing.
//! 3. seccomp: the system calls that the program's runtime functions declare, and no others. Last, because it forbids the
//!    calls that set it up.
//!
//! None of it can be undone. A kernel that lacks a part, or an emulator, answers with an error, which is told to the
//! caller; the parts that are there hold all the same.

use core::mem::size_of;

use wasmelt_abi::FILTER_INSTRUCTION_BYTES;

use super::processor::{self, system_call};
use crate::descriptors::Kind;
use crate::grants;
use crate::program;
use crate::sys::files::{self, HostFile};
use crate::sys::paths::PathBuffer;

/// A part of the sandbox that the kernel lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lacking {
    /// `no_new_privs`
    NoNewPrivileges,
    /// Landlock
    Landlock,
    /// seccomp with filters
    Seccomp,
}

impl Lacking {
    /// The part's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Lacking::NoNewPrivileges => "no_new_privs",
            Lacking::Landlock => "Landlock",
            Lacking::Seccomp => "seccomp",
        }
    }
}

/// Enters the sandbox of a program that has no directories and no files: all parts that the kernel has.
///
/// # Errors
///
/// The first of the parts that it lacks.
pub(crate) fn enter_sandbox() -> Result<(), Lacking> {
    let (privileges, calls) = (no_new_privileges(), filter_calls());
    privileges.and(calls)
}

/// Enters the sandbox of a program that has directories or files, or can be given some.
///
/// # Errors
///
/// As for [`enter_sandbox`].
pub(crate) fn enter_sandbox_of_files() -> Result<(), Lacking> {
    let (privileges, files, calls) = (no_new_privileges(), confine_files().ok_or(Lacking::Landlock), filter_calls());
    privileges.and(files).and(calls)
}

fn no_new_privileges() -> Result<(), Lacking> {
    rustix::thread::set_no_new_privs(true).map_err(|_| Lacking::NoNewPrivileges)
}

/// Sets the program's filter of system calls.
fn filter_calls() -> Result<(), Lacking> {
    const SET_MODE_FILTER: usize = 1;
    /// `struct sock_fprog` (`linux/filter.h`).
    #[repr(C)]
    struct Program {
        length: u16,
        instructions: u64,
    }
    const _: () = assert!(FILTER_INSTRUCTION_BYTES == 8);
    let header = program::header();
    let length = u16::try_from(header.filter_instructions).map_err(|_| Lacking::Seccomp)?;
    let program = Program { length, instructions: header.filter };
    // SAFETY: the kernel reads the structure and as many instructions as it says, which are there (ABI); it refuses 0.
    let result = unsafe { system_call(processor::SECCOMP, [SET_MODE_FILTER, 0, (&raw const program).addr(), 0]) };
    if result == 0 { Ok(()) } else { Err(Lacking::Seccomp) }
}

/// What can be done with files (`linux/landlock.h`).
mod right {
    pub(super) const EXECUTE: u64 = 1 << 0;
    pub(super) const WRITE_FILE: u64 = 1 << 1;
    pub(super) const READ_FILE: u64 = 1 << 2;
    pub(super) const READ_DIRECTORY: u64 = 1 << 3;
    /// Devices, sockets and named pipes: no function of WASI makes them.
    pub(super) const MAKE_SPECIAL: u64 = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11;
    /// All of version 2: up to moving files from one directory to another.
    pub(super) const VERSION_2: u64 = (1 << 14) - 1;
    pub(super) const TRUNCATE: u64 = 1 << 14;
    pub(super) const DEVICE_CONTROL: u64 = 1 << 15;
}

/// `struct landlock_ruleset_attr` (`linux/landlock.h`), of which older versions know the first fields.
#[repr(C)]
struct Ruleset {
    files: u64,
    network: u64,
    scopes: u64,
}

impl Ruleset {
    /// All that Landlock's `version` can forbid, and the bytes of the structure that it knows. `None` for version 1, which
    /// forbids to move files between directories whatever the rules are: granted programs may do that.
    fn of(version: isize) -> Option<(Ruleset, usize)> {
        let mut ruleset = Ruleset { files: right::VERSION_2, network: 0, scopes: 0 };
        if version < 2 {
            return None;
        }
        if version >= 3 {
            ruleset.files |= right::TRUNCATE;
        }
        if version >= 4 {
            // Binding and connecting TCP sockets.
            ruleset.network = 0b11;
        }
        if version >= 5 {
            ruleset.files |= right::DEVICE_CONTROL;
        }
        if version >= 6 {
            // Abstract UNIX sockets, signals.
            ruleset.scopes = 0b11;
        }
        let bytes = match version {
            ..4 => 8,
            4..6 => 16,
            _ => size_of::<Ruleset>(),
        };
        Some((ruleset, bytes))
    }

    /// What is allowed beneath a granted directory.
    fn allowed(&self, read_only: bool) -> u64 {
        match read_only {
            true => right::READ_FILE | right::READ_DIRECTORY,
            false => self.files & !(right::EXECUTE | right::MAKE_SPECIAL | right::DEVICE_CONTROL),
        }
    }

    /// What is allowed of a granted file.
    fn allowed_of_file(&self, read_only: bool) -> u64 {
        match read_only {
            true => right::READ_FILE,
            false => self.files & (right::READ_FILE | right::WRITE_FILE | right::TRUNCATE),
        }
    }
}

/// Confines the process to the granted directories, if there are any.
fn confine_files() -> Option<()> {
    const QUERY_VERSION: usize = 1;
    let mut directories = grants::directories().peekable();
    if directories.peek().is_none() || !grants::uses_directories() {
        return Some(());
    }
    // SAFETY: asked for the version, the call takes no address.
    let version = unsafe { system_call(processor::LANDLOCK_CREATE_RULESET, [0, 0, QUERY_VERSION, 0]) };
    let (ruleset, bytes) = Ruleset::of(version)?;
    // SAFETY: the kernel reads as many bytes of the structure as it is told, which it has.
    let rules = unsafe { system_call(processor::LANDLOCK_CREATE_RULESET, [(&raw const ruleset).addr(), bytes, 0, 0]) };
    let rules = usize::try_from(rules).ok()?;
    let mut path = PathBuffer::new();
    for (number, directory) in directories.enumerate() {
        if directory.kind == Kind::Files {
            allow_files(rules, number, &directory, &ruleset)?;
            continue;
        }
        let allowed = ruleset.allowed(directory.is_read_only());
        path.truncate(0);
        // One that cannot be opened stays out of reach, and is reported when the program asks for it.
        if let Ok(file) = files::open_directory(&directory.host, &mut path) {
            allow_beneath(rules, file, allowed)?;
            files::keep_early(number, file);
        }
    }
    // SAFETY: the call takes no address.
    let result = unsafe { system_call(processor::LANDLOCK_RESTRICT_SELF, [rules, 0, 0, 0]) };
    // SAFETY: the number is the ruleset's, which nothing else knows.
    unsafe { rustix::io::close(i32::try_from(rules).ok()?) };
    (result == 0).then_some(())
}

/// Allows what is granted of the files of `directory`, which is the `number`th. One that is not there stays out of reach,
/// whoever makes it later.
fn allow_files(rules: usize, number: usize, directory: &grants::Directory<'_>, ruleset: &Ruleset) -> Option<()> {
    let Ok(place) = files::open_directory(&directory.host, &mut PathBuffer::new()) else { return Some(()) };
    for (name, read_only) in grants::files(number) {
        if let Ok(file) = files::open_named(place, name) {
            let allowed = allow_beneath(rules, file, ruleset.allowed_of_file(read_only));
            files::close(file);
            allowed?;
        }
    }
    files::close(place);
    Some(())
}

/// Allows `rights` beneath `directory`.
fn allow_beneath(rules: usize, directory: HostFile, rights: u64) -> Option<()> {
    const PATH_BENEATH: usize = 1;
    /// `struct landlock_path_beneath_attr`.
    #[repr(C, packed)]
    struct Rule {
        rights: u64,
        directory: i32,
    }
    let rule = Rule { rights, directory: directory.number() };
    // SAFETY: the kernel reads the structure.
    let result =
        unsafe { system_call(processor::LANDLOCK_ADD_RULE, [rules, PATH_BENEATH, (&raw const rule).addr(), 0]) };
    (result == 0).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_allows_what_its_ruleset_does_not_handle() {
        for version in 2..10 {
            let (ruleset, bytes) = Ruleset::of(version).unwrap();
            for read_only in [true, false] {
                assert_eq!(ruleset.allowed(read_only) & !ruleset.files, 0, "version {version}");
            }
            assert_eq!(ruleset.allowed(false) & right::EXECUTE, 0);
            assert!(bytes == 24 || ruleset.scopes == 0);
            assert!(bytes >= 16 || ruleset.network == 0);
        }
        assert!(Ruleset::of(1).is_none());
        assert!(Ruleset::of(-38).is_none());
    }
}
