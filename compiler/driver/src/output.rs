//! Writing executables, and directories: whole, or not at all.
//!
//! The bytes go to a file without a name, in the destination's directory. When everything is written it gets a temporary
//! name, and is renamed to its own: a name cannot be taken over from another file in one step. Whoever looks at the
//! destination sees what was there before or the whole new file. After a failure nothing is left behind, and neither is
//! when the process is killed, since the kernel drops files that have no name. File systems without such files get one with
//! a temporary name from the start.
//!
//! A directory is filled under a temporary name, and takes the place of an earlier one in one step as well, in which the
//! kernel exchanges their names. A process that is killed meanwhile leaves the directory with the temporary name behind.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    os::{
        fd::AsRawFd,
        unix::fs::{MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, CWD, Mode, OFlags, RenameFlags, linkat, renameat_with},
    io::Errno,
};
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

/// Has `fill` fill a new directory, and puts it at `path`, also in the place of a directory that is empty or `is_ours`.
pub(crate) fn replace_directory(
    path: &Path,
    is_ours: impl FnOnce(&Path) -> bool,
    fill: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Ok(present) if fs::read_dir(&present)?.next().is_some() && !is_ours(&present) => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the directory there holds something else"));
        }
        Ok(present) => present,
        Err(_) => path.to_owned(),
    };
    let mut names = Builder::new();
    names.prefix(".wasmelt-").permissions(Permissions::from_mode(EXECUTABLE));
    let directory = names.tempdir_in(directory_of(&path))?;
    fill(directory.path())?;
    let renamed = match renameat_with(CWD, directory.path(), CWD, &path, RenameFlags::NOREPLACE) {
        // What was there has the temporary name then, and is deleted.
        Err(Errno::EXIST) => return exchange(directory.path(), &path),
        // File systems that know only one way to rename.
        Err(_) => fs::rename(directory.path(), &path),
        Ok(()) => Ok(()),
    };
    // Its temporary name is not its own any more.
    renamed.map(|()| drop(directory.keep()))
}

/// Gives each of two directories the name of the other.
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        // A file system that is not able to: in two steps.
        Err(Errno::INVAL | Errno::NOSYS) => {
            fs::remove_dir_all(other)?;
            fs::rename(one, other)
        }
        result => Ok(result?),
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

    fn fill_with(name: &str) -> impl FnOnce(&Path) -> io::Result<()> {
        move |directory| fs::write(directory.join(name), b"bytes")
    }

    #[test]
    fn a_directory_takes_the_place_of_an_earlier_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("image");
        replace_directory(&path, |_| false, fill_with("old")).unwrap();
        replace_directory(&path, |_| true, fill_with("new")).unwrap();
        assert_eq!((names(&path), names(directory.path())), (vec!["new".to_owned()], vec!["image".to_owned()]));
    }

    #[test]
    fn a_failure_leaves_the_old_directory_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("image");
        replace_directory(&path, |_| false, fill_with("old")).unwrap();
        let half = |directory: &Path| {
            fs::write(directory.join("half"), b"of it")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        };
        let error = replace_directory(&path, |_| true, half).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!((names(&path), names(directory.path())), (vec!["old".to_owned()], vec!["image".to_owned()]));
    }

    #[test]
    fn a_directory_of_others_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("theirs"), b"bytes").unwrap();
        let error = replace_directory(directory.path(), |_| false, fill_with("ours")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(directory.path()), ["theirs"]);
    }

    #[test]
    fn a_directory_is_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let error = write_executable(directory.path(), b"bytes").unwrap_err();
        assert_eq!(error.code, Code::Unwritable);
        assert!(names(directory.path()).is_empty());
    }
}
