//! What the program's grants table gives it: arguments, environment variables and directories.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use wasmelt_abi::grants::{Grant, Kind as RecordKind, LimitKind, Records, ambient, family};

use super::Granted;
use super::denied::{self, Denials, Effective};
use crate::descriptors::Kind;
use crate::wasi::errno::{Errno, Result};
use crate::wasi::rights::Rights;
use crate::{process, program};

/// Verb: open a directory of the host.
pub(crate) enum OpenDirectory {}

/// A directory of the host that the program has from the start.
pub(crate) struct Directory<'a> {
    /// Permission to open it, by its path on the host.
    pub(crate) host: Granted<OpenDirectory, &'a [u8]>,
    /// The path that the guest sees.
    pub(crate) guest: &'a [u8],
    /// What may be done with it.
    pub(crate) rights: Rights,
    /// What at most may be done with what is opened through it.
    pub(crate) inheriting: Rights,
    /// [`Kind::Directory`], or [`Kind::Files`] if the program has only some files in it.
    pub(crate) kind: Kind,
}

impl Directory<'_> {
    /// Whether nothing in it can be changed.
    pub(crate) fn is_read_only(&self) -> bool {
        self.inheriting == Rights::READ_ONLY_GRANT[1]
    }
}

/// The arguments that the program gets to see. Argument 0, its name, is always there, and empty unless it is granted.
pub(crate) fn arguments() -> impl Iterator<Item = &'static [u8]> {
    granted_arguments(grants, process::arguments().map(|argument| argument.to_bytes()))
}

/// The environment variables that the program gets to see, `NAME=VALUE` each.
pub(crate) fn environment() -> impl Iterator<Item = &'static [u8]> {
    granted_environment(grants, || process::environment().map(|variable| variable.to_bytes()))
}

/// The directories that the program has.
pub(crate) fn directories() -> impl Iterator<Item = Directory<'static>> {
    granted_directories(grants())
}

/// Whether the program has functions for directories.
pub(crate) fn uses_directories() -> bool {
    records().any(|record| record.kind == RecordKind::Families && record.flags & family::FILES != 0)
}

/// What the program is granted, less what whoever started it denies.
pub(super) fn grants() -> impl Iterator<Item = Grant<'static>> {
    Effective::new(program::grants_table(), Denials::of_process())
}

/// The grants of `table`, as tests have them.
#[cfg(test)]
pub(crate) fn grants_in(table: &[u8]) -> impl Iterator<Item = Grant<'_>> {
    Effective::new(table, Denials::new(""))
}

/// The records of the program's table, whatever is denied: for the kinds that every program looks for. So a program does
/// not carry what reads the others.
fn records() -> Records<'static> {
    Records::new(program::grants_table()).unwrap_or_default()
}

/// What of its surroundings the program has: bits of [`ambient`]. Asked for often, so it is remembered.
pub(crate) fn surroundings() -> u16 {
    const KNOWN: u32 = 1 << 16;
    static SURROUNDINGS: AtomicU32 = AtomicU32::new(0);
    if cfg!(test) {
        return ambient::ALL;
    }
    let known = SURROUNDINGS.load(Relaxed);
    if known != 0 {
        return known as u16;
    }
    let granted =
        records().filter(|record| record.kind == RecordKind::Ambient).fold(0, |bits, record| bits | record.flags);
    let bits = granted & !denied::ambient_denied();
    SURROUNDINGS.store(u32::from(bits) | KNOWN, Relaxed);
    bits
}

/// The number that random bytes follow from, if they do.
pub(crate) fn seed() -> Option<u64> {
    grants().find_map(|grant| match grant {
        Grant::Seed(seed) => Some(seed),
        _ => None,
    })
}

/// The limit of `kind`, if there is one. None can be denied.
pub(crate) fn limit(kind: LimitKind) -> Option<u64> {
    records().find_map(|record| record.limit(kind))
}

/// The rights of what is opened under `path` in the directory of files that is the `number`th of the directories.
///
/// # Errors
///
/// [`Errno::Notcapable`] if the path is not the name of one of its files.
pub(super) fn file_rights(number: u16, path: &[u8]) -> Result<Rights> {
    let path = path.strip_prefix(b"./").unwrap_or(path);
    let granted = files_in(grants(), number).find(|&(name, _)| name == path);
    granted.map(|(_, read_only)| file_grant(read_only)).ok_or(Errno::Notcapable)
}

/// The files of the directory of files that is the `number`th of the directories: their names, and whether they are for
/// reading only.
pub(crate) fn files(number: usize) -> impl Iterator<Item = (&'static [u8], bool)> {
    files_in(grants(), u16::try_from(number).unwrap_or(u16::MAX))
}

fn files_in<'a>(grants: impl Iterator<Item = Grant<'a>>, number: u16) -> impl Iterator<Item = (&'a [u8], bool)> {
    let mut directories = 0;
    grants.filter_map(move |grant| {
        match grant {
            Grant::Directory { .. } | Grant::FilesIn { .. } => directories += 1,
            Grant::File { name, read_only } if directories == u32::from(number) + 1 => return Some((name, read_only)),
            _ => {}
        }
        None
    })
}

fn file_grant(read_only: bool) -> Rights {
    let [_, inheriting] = if read_only { Rights::READ_ONLY_GRANT } else { Rights::READ_WRITE_GRANT };
    inheriting.limited_to(Rights::FILE)
}

fn granted_arguments<'a, Granted: Iterator<Item = Grant<'a>>>(
    grants: impl Fn() -> Granted,
    process: impl Iterator<Item = &'a [u8]>,
) -> impl Iterator<Item = &'a [u8]> {
    let name = grants().find_map(|grant| match grant {
        Grant::ProgramName(name) => Some(name),
        _ => None,
    });
    let fixed = grants().filter_map(|grant| match grant {
        Grant::Argument(argument) => Some(argument),
        _ => None,
    });
    let inherits = grants().any(|grant| grant == Grant::InheritArguments);
    let inherited = process.skip(1).filter(move |_| inherits);
    core::iter::once(name.unwrap_or_default()).chain(fixed).chain(inherited)
}

fn granted_environment<'a, Process: Iterator<Item = &'a [u8]>, Granted: Iterator<Item = Grant<'a>>>(
    grants: impl Fn() -> Granted + Copy + 'a,
    process: impl Fn() -> Process + 'a,
) -> impl Iterator<Item = &'a [u8]> {
    let inherits = grants().any(|grant| grant == Grant::InheritEnvironment);
    // A variable that is granted by its name has that value, and the process's own settings are not the program's.
    let is_granted = move |variable: &[u8]| {
        grants().any(|grant| match grant {
            Grant::Variable(granted) => {
                granted.split(|&byte| byte == b'=').next().is_some_and(|name| is_named(variable, name))
            }
            Grant::InheritVariable(name) => is_named(variable, name),
            _ => false,
        })
    };
    let others = process()
        .filter(move |_| inherits)
        .filter(move |variable: &&[u8]| !variable.starts_with(b"WASMELT_") && !is_granted(variable));
    let named = grants().filter_map(move |grant| match grant {
        Grant::Variable(variable) => Some(variable),
        Grant::InheritVariable(name) => process().find(|variable| is_named(variable, name)),
        _ => None,
    });
    named.chain(others)
}

fn is_named(variable: &[u8], name: &[u8]) -> bool {
    variable.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'='))
}

pub(crate) fn granted_directories<'a>(grants: impl Iterator<Item = Grant<'a>>) -> impl Iterator<Item = Directory<'a>> {
    grants.filter_map(|grant| match grant {
        Grant::FilesIn { host, guest } => {
            let [rights, inheriting] = Rights::FILES_GRANT;
            Some(Directory { host: Granted::new(host), guest, rights, inheriting, kind: Kind::Files })
        }
        Grant::Directory { host, guest, read_only } => {
            let [rights, inheriting] = if read_only { Rights::READ_ONLY_GRANT } else { Rights::READ_WRITE_GRANT };
            Some(Directory { host: Granted::new(host), guest, rights, inheriting, kind: Kind::Directory })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use wasmelt_policy::{Arguments, Policy};

    use super::*;

    fn text<'a>(items: impl Iterator<Item = &'a [u8]>) -> Vec<&'a str> {
        items.map(|item| std::str::from_utf8(item).unwrap()).collect()
    }

    fn process<const N: usize>(items: [&str; N]) -> impl Iterator<Item = &[u8]> {
        items.into_iter().map(str::as_bytes)
    }

    #[test]
    fn without_grants_there_is_nothing_to_see() {
        for table in [Policy::default().to_table(), Vec::new(), b"not a table".to_vec()] {
            assert_eq!(text(granted_arguments(|| grants_in(&table), process(["/bin/app", "x"]))), [""]);
            assert_eq!(text(granted_environment(|| grants_in(&table), || process(["HOME=/root"]))), [""; 0]);
            assert_eq!(granted_directories(grants_in(&table)).count(), 0);
        }
    }

    #[test]
    fn fixed_arguments_come_before_inherited_ones() {
        let mut policy = Policy { program_name: Some("app".parse().unwrap()), ..Policy::default() };
        policy.arguments = Arguments { fixed: vec!["-v".parse().unwrap()], inherit: false };
        let table = policy.to_table();
        assert_eq!(text(granted_arguments(|| grants_in(&table), process(["/bin/app", "x"]))), ["app", "-v"]);
        policy.arguments.inherit = true;
        let table = policy.to_table();
        assert_eq!(text(granted_arguments(|| grants_in(&table), process(["/bin/app", "x"]))), ["app", "-v", "x"]);
        assert_eq!(text(granted_arguments(|| grants_in(&table), process([]))), ["app", "-v"]);
    }

    #[test]
    fn variables_are_inherited_by_their_whole_name() {
        let mut policy = Policy::default();
        for variable in ["HOME", "LANG=C", "MISSING"] {
            policy.grant_variable(variable.parse().unwrap());
        }
        let table = policy.to_table();
        let environment = || process(["HOMER=doh", "LANG=de", "HOME=/root", "HOME=/second"]);
        assert_eq!(text(granted_environment(|| grants_in(&table), environment)), ["HOME=/root", "LANG=C"]);
    }

    #[test]
    fn all_variables_are_inherited_but_for_the_runtimes_own() {
        let mut policy = Policy { inherit_environment: true, ..Policy::default() };
        policy.grant_variable("LANG=C".parse().unwrap());
        let table = policy.to_table();
        let environment = || process(["LANG=de", "HOME=/root", "WASMELT_AUDIT=stderr"]);
        assert_eq!(text(granted_environment(|| grants_in(&table), environment)), ["LANG=C", "HOME=/root"]);
    }

    #[test]
    fn files_are_those_of_their_directory() {
        let mut policy = Policy::default();
        policy.grant_directory("a".parse().unwrap());
        for file in ["/x/one:ro", "/y/two", "/x/three"] {
            policy.grant_file(wasmelt_policy::GrantedFile::new(&file.parse().unwrap()).unwrap());
        }
        let table = policy.to_table();
        let files = |number| files_in(grants_in(&table), number).collect::<Vec<_>>();
        assert_eq!(files(0), []);
        assert_eq!(files(1), [(&b"one"[..], true), (b"three", false)]);
        assert_eq!(files(2), [(&b"two"[..], false)]);
        assert!(!file_grant(true).intersects(Rights::FD_WRITE) && file_grant(false).contains(Rights::FD_WRITE));
    }

    #[test]
    fn directories_have_the_rights_of_their_access() {
        let mut policy = Policy::default();
        policy.grant_directory("a::/a:ro".parse().unwrap());
        policy.grant_directory("b::/b".parse().unwrap());
        let table = policy.to_table();
        let found: Vec<_> = granted_directories(grants_in(&table))
            .map(|directory| (*directory.host.subject(), directory.guest, [directory.rights, directory.inheriting]))
            .collect();
        let expected: [(&[u8], &[u8], _); 2] =
            [(b"a", b"/a", Rights::READ_ONLY_GRANT), (b"b", b"/b", Rights::READ_WRITE_GRANT)];
        assert_eq!(found, expected);
    }
}
