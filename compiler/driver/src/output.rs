//! Writing executables: whole, or not at all.
//!
//! The bytes go to a file without a name, in the destination's directory. When everything is written it gets a temporary
//! name, and is renamed to its own: a name cannot be taken over from another file in one step. Whoever looks at the
//! destination sees what was there before or the whole new file. After a failure nothing is left behind, and neither is
//! when the process is killed, since the kernel drops files that have no name. File systems without such files get one with
//! a temporary name from the start.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    os::{
        fd::AsRawFd,
        unix::fs::{MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat};
use tempfile::Builder;

use crate::diagnostics::{Code, Diagnostic};

/// Mode of executables before the user's umask.
pub(crate) const EXECUTABLE: u32 = 0o777;
/// Mode of other files before the user's umask.
const PLAIN: u32 = 0o666;

/// Writes `bytes` to `path` as an executable file. A symbolic link is followed; a device is written to, not replaced.
///
/// # Errors
///
/// If the file cannot be written. What was at `path` is then still there, and nothing else is.
pub fn write_executable(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    write(path, EXECUTABLE, |file| file.write_all(bytes)).map_err(|error| unwritable(path, &error))
}

/// Writes `bytes` to `path` as a file that is not executed, in the same way.
///
/// # Errors
///
/// As for [`write_executable`].
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    write(path, PLAIN, |file| file.write_all(bytes)).map_err(|error| unwritable(path, &error))
}

/// Whether both paths lead to one existing file.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::Unwritable, format_args!("cannot write the output: {error}"))
        .in_file(path.display().to_string())
}

pub(crate) fn write(path: &Path, mode: u32, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(metadata) if metadata.is_file() => replace(&fs::canonicalize(path)?, mode, fill),
        Ok(_) => fill(&mut OpenOptions::new().write(true).open(path)?),
        Err(_) => replace(path, mode, fill),
    }
}

fn replace(path: &Path, mode: u32, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let directory = directory_of(path);
    let mut names = Builder::new();
    names.prefix(".wasmelt-").permissions(Permissions::from_mode(mode));
    match open_unnamed(&directory, mode) {
        Ok(mut file) => {
            fill(&mut file)?;
            let named = names.make_in(directory, |name| give_name(&file, name))?;
            named.persist(path).map_err(|error| error.error)
        }
        Err(_) => {
            let mut file = names.tempfile_in(directory)?;
            fill(file.as_file_mut())?;
            file.persist(path).map_err(|error| error.error).map(drop)
        }
    }
}

/// A file in `directory` that is gone when it is closed, unless it gets a name.
fn open_unnamed(directory: &Path, mode: u32) -> io::Result<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    Ok(rustix::fs::open(directory, flags, Mode::from_raw_mode(mode))?.into())
}

fn give_name(file: &File, name: &Path) -> io::Result<()> {
    let link = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, link, CWD, name, AtFlags::SYMLINK_FOLLOW)?)
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn the_file_is_executable_and_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app");
        write_executable(&path, b"bytes").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"bytes");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o700, 0o700);
        assert_eq!(names(directory.path()), ["app"]);
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app");
        fs::write(&path, b"old").unwrap();
        let error = write(&path, EXECUTABLE, |file| {
            file.write_all(b"half of it")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(directory.path()), ["app"]);
    }

    #[test]
    fn a_first_failure_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app");
        assert!(write(&path, EXECUTABLE, |_| Err(io::Error::from(io::ErrorKind::StorageFull))).is_err());
        assert!(names(directory.path()).is_empty());
    }

    #[test]
    fn links_are_followed() {
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("app"), directory.path().join("link"));
        fs::write(&path, b"old").unwrap();
        std::os::unix::fs::symlink("app", &link).unwrap();
        write_executable(&link, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(is_same_file(&path, &link));
    }

    #[test]
    fn devices_are_written_to_and_stay_devices() {
        let error = write(Path::new("/dev/full"), EXECUTABLE, |file| file.write_all(b"bytes")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(!fs::metadata("/dev/full").unwrap().is_file());
    }

    #[test]
    fn a_directory_is_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let error = write_executable(directory.path(), b"bytes").unwrap_err();
        assert_eq!(error.code, Code::Unwritable);
        assert!(names(directory.path()).is_empty());
    }
}
