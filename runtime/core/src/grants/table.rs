//! What the program's grants table gives it: arguments, environment variables and directories.

use wasmelt_abi::grants::{Grant, Grants};

use super::Granted;
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
}

impl Directory<'_> {
    /// Whether nothing in it can be changed.
    pub(crate) fn is_read_only(&self) -> bool {
        self.inheriting == Rights::READ_ONLY_GRANT[1]
    }
}

/// The arguments that the program gets to see. Argument 0, its name, is always there, and empty unless it is granted.
pub(crate) fn arguments() -> impl Iterator<Item = &'static [u8]> {
    granted_arguments(program::grants_table(), process::arguments().map(|argument| argument.to_bytes()))
}

/// The environment variables that the program gets to see, `NAME=VALUE` each.
pub(crate) fn environment() -> impl Iterator<Item = &'static [u8]> {
    granted_environment(program::grants_table(), || process::environment().map(|variable| variable.to_bytes()))
}

/// The directories that the program has.
pub(crate) fn directories() -> impl Iterator<Item = Directory<'static>> {
    granted_directories(program::grants_table())
}

fn grants(table: &[u8]) -> impl Iterator<Item = Grant<'_>> {
    Grants::new(table).into_iter().flatten()
}

fn granted_arguments<'a>(table: &'a [u8], process: impl Iterator<Item = &'a [u8]>) -> impl Iterator<Item = &'a [u8]> {
    let name = grants(table).find_map(|grant| match grant {
        Grant::ProgramName(name) => Some(name),
        _ => None,
    });
    let fixed = grants(table).filter_map(|grant| match grant {
        Grant::Argument(argument) => Some(argument),
        _ => None,
    });
    let inherits = grants(table).any(|grant| grant == Grant::InheritArguments);
    let inherited = process.skip(1).filter(move |_| inherits);
    core::iter::once(name.unwrap_or_default()).chain(fixed).chain(inherited)
}

fn granted_environment<'a, Process: Iterator<Item = &'a [u8]>>(
    table: &'a [u8],
    process: impl Fn() -> Process + 'a,
) -> impl Iterator<Item = &'a [u8]> {
    grants(table).filter_map(move |grant| match grant {
        Grant::Variable(variable) => Some(variable),
        Grant::InheritVariable(name) => process().find(|variable| is_named(variable, name)),
        _ => None,
    })
}

fn is_named(variable: &[u8], name: &[u8]) -> bool {
    variable.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'='))
}

pub(crate) fn granted_directories(table: &[u8]) -> impl Iterator<Item = Directory<'_>> {
    grants(table).filter_map(|grant| match grant {
        Grant::Directory { host, guest, read_only } => {
            let [rights, inheriting] = if read_only { Rights::READ_ONLY_GRANT } else { Rights::READ_WRITE_GRANT };
            Some(Directory { host: Granted::new(host), guest, rights, inheriting })
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
            assert_eq!(text(granted_arguments(&table, process(["/bin/app", "x"]))), [""]);
            assert_eq!(text(granted_environment(&table, || process(["HOME=/root"]))), [""; 0]);
            assert_eq!(granted_directories(&table).count(), 0);
        }
    }

    #[test]
    fn fixed_arguments_come_before_inherited_ones() {
        let mut policy = Policy { program_name: Some("app".parse().unwrap()), ..Policy::default() };
        policy.arguments = Arguments { fixed: vec!["-v".parse().unwrap()], inherit: false };
        assert_eq!(text(granted_arguments(&policy.to_table(), process(["/bin/app", "x"]))), ["app", "-v"]);
        policy.arguments.inherit = true;
        assert_eq!(text(granted_arguments(&policy.to_table(), process(["/bin/app", "x"]))), ["app", "-v", "x"]);
        assert_eq!(text(granted_arguments(&policy.to_table(), process([]))), ["app", "-v"]);
    }

    #[test]
    fn variables_are_inherited_by_their_whole_name() {
        let mut policy = Policy::default();
        for variable in ["HOME", "LANG=C", "MISSING"] {
            policy.grant_variable(variable.parse().unwrap());
        }
        let environment = || process(["HOMER=doh", "LANG=de", "HOME=/root", "HOME=/second"]);
        assert_eq!(text(granted_environment(&policy.to_table(), environment)), ["HOME=/root", "LANG=C"]);
    }

    #[test]
    fn directories_have_the_rights_of_their_access() {
        let mut policy = Policy::default();
        policy.grant_directory("a::/a:ro".parse().unwrap());
        policy.grant_directory("b::/b".parse().unwrap());
        let table = policy.to_table();
        let found: Vec<_> = granted_directories(&table)
            .map(|directory| (*directory.host.subject(), directory.guest, [directory.rights, directory.inheriting]))
            .collect();
        let expected: [(&[u8], &[u8], _); 2] =
            [(b"a", b"/a", Rights::READ_ONLY_GRANT), (b"b", b"/b", Rights::READ_WRITE_GRANT)];
        assert_eq!(found, expected);
    }
}
