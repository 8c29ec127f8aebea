//! Granted directories.

use std::fmt;
use std::str::FromStr;

use crate::{DirectoryError, Text};

/// What the program may do below a granted directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Open and list what is there.
    ReadOnly,
    /// Create, change and remove as well.
    #[default]
    ReadWrite,
}

/// A directory of the host that the program sees under a path of its own.
///
/// As text, in flags: `HOST[::GUEST][:ro|:rw]`. Without `GUEST` both sides use the same path, without an access the
/// directory is granted for reading and writing. The first `::` ends `HOST`; only a last `:ro` or `:rw` is an access, so
/// a path that ends like one is written with its access after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Directory {
    host: Text,
    guest: Text,
    access: Access,
}

impl Directory {
    /// Grants `access` below the host's directory `host`, which the program sees as `guest`.
    ///
    /// # Errors
    ///
    /// If a path is empty or holds a zero byte.
    pub fn new(host: &str, guest: &str, access: Access) -> Result<Directory, DirectoryError> {
        let value = || format!("{host}::{guest}");
        let text =
            |path: &str| Text::try_from(path).map_err(|error| DirectoryError::ZeroByte { value: value(), error });
        match (host, guest) {
            ("", _) => Err(DirectoryError::NoHostPath { value: value() }),
            (_, "") => Err(DirectoryError::NoGuestPath { value: value() }),
            _ => Ok(Directory { host: text(host)?, guest: text(guest)?, access }),
        }
    }

    /// The path on the host; a relative one counts from the directory in which the program is started.
    pub fn host(&self) -> &str {
        self.host.as_str()
    }

    /// The path that the program sees.
    pub fn guest(&self) -> &str {
        self.guest.as_str()
    }

    /// The same directory with another access.
    pub fn with_access(&self, access: Access) -> Directory {
        Directory { access, ..self.clone() }
    }

    /// What the program may do there.
    pub fn access(&self) -> Access {
        self.access
    }
}

impl FromStr for Directory {
    type Err = DirectoryError;

    fn from_str(value: &str) -> Result<Directory, DirectoryError> {
        let (paths, access) = split_access(value);
        let (host, guest) = paths.split_once("::").unwrap_or((paths, paths));
        // The error quotes what was written, which is not always what it stands for.
        Directory::new(host, guest, access).map_err(|error| match error {
            DirectoryError::NoHostPath { .. } => DirectoryError::NoHostPath { value: value.to_owned() },
            DirectoryError::NoGuestPath { .. } => DirectoryError::NoGuestPath { value: value.to_owned() },
            DirectoryError::ZeroByte { error, .. } => DirectoryError::ZeroByte { value: value.to_owned(), error },
        })
    }
}

fn split_access(value: &str) -> (&str, Access) {
    if let Some(paths) = value.strip_suffix(":ro") {
        return (paths, Access::ReadOnly);
    }
    (value.strip_suffix(":rw").unwrap_or(value), Access::ReadWrite)
}

/// The shortest text that parses to the same grant.
impl fmt::Display for Directory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.host())?;
        if self.host != self.guest || self.host().contains("::") {
            write!(formatter, "::{}", self.guest())?;
        }
        let ends_like_an_access = self.guest().ends_with(":ro") || self.guest().ends_with(":rw");
        formatter.write_str(match (self.access, ends_like_an_access) {
            (Access::ReadOnly, _) => ":ro",
            (Access::ReadWrite, true) => ":rw",
            (Access::ReadWrite, false) => "",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_values_parse() {
        let cases = [
            ("data", "data", "data", Access::ReadWrite),
            ("data:ro", "data", "data", Access::ReadOnly),
            ("./data::/data", "./data", "/data", Access::ReadWrite),
            ("./data::/data:ro", "./data", "/data", Access::ReadOnly),
            ("./data::/data:rw", "./data", "/data", Access::ReadWrite),
            ("a:ro:rw", "a:ro", "a:ro", Access::ReadWrite),
            ("a:b::c:d", "a:b", "c:d", Access::ReadWrite),
            ("a::b::c", "a", "b::c", Access::ReadWrite),
        ];
        for (value, host, guest, access) in cases {
            assert_eq!(value.parse(), Directory::new(host, guest, access), "{value}");
        }
    }

    #[test]
    fn refused_values_are_quoted_as_written() {
        let no_host = |value: &str| DirectoryError::NoHostPath { value: value.to_owned() };
        let no_guest = |value: &str| DirectoryError::NoGuestPath { value: value.to_owned() };
        let cases = [
            ("", no_host("")),
            (":ro", no_host(":ro")),
            ("::/data", no_host("::/data")),
            ("a::", no_guest("a::")),
            ("a:::ro", no_guest("a:::ro")),
            ("a\0", DirectoryError::ZeroByte { value: "a\0".to_owned(), error: crate::TextError { at: 1 } }),
        ];
        for (value, error) in cases {
            assert_eq!(value.parse::<Directory>(), Err(error), "{value:?}");
        }
    }

    #[test]
    fn displayed_grants_parse_to_themselves() {
        for value in ["data", "data:ro", "a::b", "a::b:ro", "x:ro:rw", "x::y:ro:rw", "x::y::z"] {
            let directory: Directory = value.parse().unwrap();
            assert_eq!(directory.to_string(), value);
            assert_eq!(directory.to_string().parse(), Ok(directory));
        }
    }
}
