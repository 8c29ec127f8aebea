//! Granted files.

use std::fmt;

use crate::{Access, Directory, FileError};

/// A file of the host that the program sees; it has the same name on both sides.
///
/// The program sees the directory that it lies in, with nothing in it but the granted files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantedFile {
    directory: Directory,
    name: String,
}

impl GrantedFile {
    /// The file that `grant` is about if it is read as one of a file.
    ///
    /// # Errors
    ///
    /// If a path does not end with a name, or the two end with different ones.
    pub fn new(grant: &Directory) -> Result<GrantedFile, FileError> {
        let value = || grant.to_string();
        let (host, host_name) = split(grant.host()).ok_or_else(|| FileError::NoName { value: value() })?;
        let (guest, guest_name) = split(grant.guest()).ok_or_else(|| FileError::NoName { value: value() })?;
        if host_name != guest_name {
            return Err(FileError::OtherName { value: value() });
        }
        let directory =
            Directory::new(host, guest, grant.access()).map_err(|_| FileError::NoName { value: value() })?;
        Ok(GrantedFile { directory, name: host_name.to_owned() })
    }

    /// The same file, with this access.
    #[must_use]
    pub fn with_access(&self, access: Access) -> GrantedFile {
        GrantedFile { directory: self.directory.with_access(access), ..self.clone() }
    }

    /// The file `name` in `directory`, which has the access of the file.
    pub(crate) fn in_directory(directory: Directory, name: &str) -> Option<GrantedFile> {
        let is_name = !name.is_empty() && !name.contains(['/', '\0']) && name != "." && name != "..";
        is_name.then(|| GrantedFile { directory, name: name.to_owned() })
    }

    /// The directory it lies in, with the access of the file.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the program may do with it.
    pub fn access(&self) -> Access {
        self.directory.access()
    }

    /// Its path on the host.
    pub fn host(&self) -> String {
        join(self.directory.host(), &self.name)
    }

    /// Its path for the program.
    pub fn guest(&self) -> String {
        join(self.directory.guest(), &self.name)
    }
}

fn split(path: &str) -> Option<(&str, &str)> {
    let (directory, name) = match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((directory, name)) => (directory, name),
        None => (".", path),
    };
    (!matches!(name, "" | "." | "..")).then_some((directory, name))
}

fn join(directory: &str, name: &str) -> String {
    match directory {
        "." => name.to_owned(),
        directory if directory.ends_with('/') => format!("{directory}{name}"),
        directory => format!("{directory}/{name}"),
    }
}

/// As `HOST::GUEST[:ro]`.
impl fmt::Display for GrantedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let access = if self.access() == Access::ReadOnly { ":ro" } else { "" };
        write!(f, "{}::{}{access}", self.host(), self.guest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_in_a_directory_under_its_name() {
        for (grant, directory, name) in
            [("a.txt:ro", ".:ro", "a.txt"), ("/etc/hosts", "/etc", "hosts"), ("/x::/data/x:ro", "/::/data:ro", "x")]
        {
            let file = GrantedFile::new(&grant.parse().unwrap()).unwrap();
            assert_eq!((file.directory().to_string().as_str(), file.name()), (directory, name));
        }
        for refused in ["a/..", "a/", "a::b", "/"] {
            assert!(GrantedFile::new(&refused.parse().unwrap()).is_err(), "{refused}");
        }
    }
}
