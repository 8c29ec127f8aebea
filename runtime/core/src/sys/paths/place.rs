//! From a path to a directory and a name in it.

use core::ffi::CStr;
use core::marker::PhantomData;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, Mode, OFlags};
use rustix::io::{self, Errno};

use super::buffer::{PATH_BYTES, PathBuffer};
use super::walk::{self, MAX_LINKS};
use super::{Links, Mechanism, beneath};
use crate::grants::{Granted, InDirectory};
use crate::sys::files::HostFile;

/// A name in an open directory, both found in a directory that the guest may do `Verb` in.
pub(crate) struct Place<'a, Verb> {
    parent: Parent,
    /// The path, with a zero byte before its last component.
    path: &'a PathBuffer,
    /// Where the name starts, or `None` if it is `.`: the directory itself.
    name: Option<usize>,
    /// The path ends with a `/`.
    pub(in crate::sys) must_be_directory: bool,
    verb: PhantomData<Verb>,
}

/// The directory that a name is in.
enum Parent {
    /// The one that the path starts in.
    Start(HostFile),
    /// One below it.
    Below(OwnedFd),
}

impl<Verb> Place<'_, Verb> {
    /// The directory.
    pub(super) fn directory(&self) -> BorrowedFd<'_> {
        match &self.parent {
            Parent::Start(directory) => directory.borrow(),
            Parent::Below(directory) => directory.as_fd(),
        }
    }

    /// Whether the path ends with a name, not with `.` or `..`.
    pub(super) fn has_name(&self) -> bool {
        self.name.is_some()
    }

    /// The name in it: one component, never `..`.
    pub(super) fn name(&self) -> &CStr {
        self.name.map_or(c".", |start| self.path.c_str_at(start))
    }
}

/// Refuses what is no path at all, or would not even start in its directory.
pub(super) fn check_relative(path: &[u8]) -> io::Result<()> {
    match path.first() {
        None => Err(Errno::NOENT),
        Some(b'/') => Err(Errno::PERM),
        Some(_) => Ok(()),
    }
}

/// See [`super::locate`].
pub(super) fn locate<Verb: InDirectory>(
    directory: Granted<Verb>,
    path: &mut PathBuffer,
    mechanism: Mechanism,
) -> io::Result<Place<'_, Verb>> {
    check_relative(path.as_bytes())?;
    let split = Split::of(path.as_bytes());
    let parent = open_parent(*directory.subject(), path, split, mechanism)?;
    Ok(Place { parent, path, name: split.name, must_be_directory: false, verb: PhantomData })
}

/// See [`super::find`].
pub(super) fn find<Verb: InDirectory>(
    directory: Granted<Verb>,
    path: &mut PathBuffer,
    links: Links,
    mechanism: Mechanism,
) -> io::Result<Place<'_, Verb>> {
    let start = *directory.subject();
    let mut must_be_directory = false;
    let mut text = [0; PATH_BYTES];
    for _ in 0..=MAX_LINKS {
        check_relative(path.as_bytes())?;
        must_be_directory |= cut_slashes(path);
        let split = Split::of(path.as_bytes());
        let parent = open_parent(start, path, split, mechanism)?;
        let place = Place { parent, path: &*path, name: split.name, must_be_directory, verb: PhantomData::<Verb> };
        let is_final = links == Links::Keep && !must_be_directory;
        let Some(length) = (if is_final { None } else { link_text(&place, &mut text)? }) else {
            let Place { parent, name, .. } = place;
            return Ok(Place { parent, path, name, must_be_directory, verb: PhantomData });
        };
        follow(start, path, split, text.get(..length).unwrap_or_default())?;
    }
    Err(Errno::LOOP)
}

/// Reads the link at `place` into `text`. The result is its length; `None` if there is no link, or nothing at all.
fn link_text<Verb>(place: &Place<'_, Verb>, text: &mut [u8]) -> io::Result<Option<usize>> {
    match fs::readlinkat_raw(place.directory(), place.name(), text) {
        Ok(length) => Ok(Some(length)),
        Err(Errno::INVAL | Errno::NOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts a link's text in the place of the path's last component, and the names of the directories on the way to it in the
/// place of what leads there: with `..` and links left in it, the path would grow with each link. An absolute text is
/// refused here: after a `/` it would pass for a relative one.
fn follow(start: HostFile, path: &mut PathBuffer, split: Split, text: &[u8]) -> io::Result<()> {
    check_relative(text)?;
    if split.separator.is_some() {
        let names = walk::directory_names(start.borrow(), path.c_str_at(0).to_bytes())?;
        path.truncate(0);
        if let Some((_, names)) = names.as_bytes().split_first() {
            path.push(names)?;
            path.push(b"/")?;
        }
    } else {
        path.truncate(0);
    }
    path.push(text)
}

/// Removes slashes from the end of `path`; tells whether there were any.
fn cut_slashes(path: &mut PathBuffer) -> bool {
    let bytes = path.as_bytes();
    let length = bytes.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
    let has_slashes = length < bytes.len();
    path.truncate(length);
    has_slashes
}

/// Opens the directory that the last component of `path` is in, and leaves the path split there.
fn open_parent(start: HostFile, path: &mut PathBuffer, split: Split, mechanism: Mechanism) -> io::Result<Parent> {
    let path = match (split.separator, split.name) {
        (None, Some(_)) => return Ok(Parent::Start(start)),
        (Some(at), _) => {
            path.split_off(at);
            path.c_str_at(0)
        }
        (None, None) => path.as_c_str(),
    };
    open_directory(start.borrow(), path, mechanism).map(Parent::Below)
}

fn open_directory(start: BorrowedFd<'_>, path: &CStr, mechanism: Mechanism) -> io::Result<OwnedFd> {
    if mechanism == Mechanism::Any {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        if let Some(opened) = beneath::open(start, path, flags, Mode::empty()) {
            return opened;
        }
    }
    walk::open_directory(start, path.to_bytes())
}

/// Where the last component of a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Split {
    /// The last `/` before it.
    separator: Option<usize>,
    /// Its first byte; `None` if it is `.` or `..`, which belong to the directory's path instead: the name is then `.`.
    name: Option<usize>,
}

impl Split {
    /// The split of a path that is not empty and does not start with a `/`.
    fn of(path: &[u8]) -> Split {
        let end = path.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
        let trimmed = path.get(..end).unwrap_or_default();
        let separator = trimmed.iter().rposition(|&byte| byte == b'/');
        let start = separator.map_or(0, |at| at + 1);
        match trimmed.get(start..).unwrap_or_default() {
            b"." | b".." => Split { separator: None, name: None },
            _ => Split { separator, name: Some(start) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_component_is_split_off() {
        let cases: [(&str, Option<usize>, Option<usize>); 9] = [
            ("a", None, Some(0)),
            ("a/", None, Some(0)),
            ("a/b", Some(1), Some(2)),
            ("a//b//", Some(2), Some(3)),
            (".", None, None),
            ("a/..", None, None),
            ("a/../", None, None),
            ("../a", Some(2), Some(3)),
            ("...", None, Some(0)),
        ];
        for (path, separator, name) in cases {
            assert_eq!(Split::of(path.as_bytes()), Split { separator, name }, "{path}");
        }
    }
}
