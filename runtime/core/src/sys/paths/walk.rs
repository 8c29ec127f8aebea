//! Resolution by hand.
//!
//! ```text
//! root ── a ── b ── …        each step opens one name, without following a link, in the directory of the step before
//! ```
//!
//! The walk only goes down. A link's text takes the place of its name in what is still to be walked. A `..` drops the last
//! name of those walked so far and walks the others again from the root: asking the kernel for `..` would lead wherever
//! somebody has moved the directory to meanwhile. So every directory that is opened was found below the root.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, Mode, OFlags};
use rustix::io::{self, Errno};

use super::buffer::{PATH_BYTES, PathBuffer};
use super::place::check_relative;

/// How many links a path may lead through: what Linux allows.
pub(super) const MAX_LINKS: usize = 40;

const STEP: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Opens the directory that the relative `path` means, below `root`.
pub(super) fn open_directory(root: BorrowedFd<'_>, path: &[u8]) -> io::Result<OwnedFd> {
    match walk(root, path)?.reached {
        Some(directory) => Ok(directory),
        None => fs::openat(root, c".", STEP, Mode::empty()),
    }
}

/// The names of the directories from `root` to the one that the relative `path` means, each after a `/`.
pub(super) fn directory_names(root: BorrowedFd<'_>, path: &[u8]) -> io::Result<PathBuffer> {
    walk(root, path).map(|walk| walk.walked)
}

fn walk<'r>(root: BorrowedFd<'r>, path: &[u8]) -> io::Result<Walk<'r>> {
    let mut walk = Walk { root, walked: PathBuffer::new(), reached: None, links: 0 };
    let mut ahead = PathBuffer::new();
    ahead.push(path)?;
    let mut next = 0;
    while let Some((name, after)) = component(ahead.as_bytes(), next) {
        match walk.step(name)? {
            Step::Done => next = after,
            Step::NoDirectory => {
                let mut target = walk.link(name)?;
                target.push(b"/")?;
                target.push(ahead.as_bytes().get(after..).unwrap_or_default())?;
                ahead = target;
                next = 0;
            }
        }
    }
    Ok(walk)
}

/// The first component of `path` from byte `from` on, and the byte after it.
fn component(path: &[u8], from: usize) -> Option<(&[u8], usize)> {
    let rest = path.get(from..)?;
    let start = from + rest.iter().position(|&byte| byte != b'/')?;
    let rest = path.get(start..)?;
    let length = rest.iter().position(|&byte| byte == b'/').unwrap_or(rest.len());
    Some((rest.get(..length)?, start + length))
}

struct Walk<'a> {
    root: BorrowedFd<'a>,
    /// The names of the directories from the root to the one reached, each after a `/`. None is a link, `.` or `..`.
    walked: PathBuffer,
    /// The directory reached; none while it is the root.
    reached: Option<OwnedFd>,
    links: usize,
}

enum Step {
    /// The component is dealt with.
    Done,
    /// It is no directory, but perhaps a link to one.
    NoDirectory,
}

impl Walk<'_> {
    fn step(&mut self, name: &[u8]) -> io::Result<Step> {
        match name {
            b"." => Ok(Step::Done),
            b".." => self.up().map(|()| Step::Done),
            _ => match self.down(name) {
                Err(Errno::NOTDIR | Errno::LOOP) => Ok(Step::NoDirectory),
                Err(error) => Err(error),
                Ok(()) => {
                    self.walked.push(b"/")?;
                    self.walked.push(name)?;
                    Ok(Step::Done)
                }
            },
        }
    }

    fn down(&mut self, name: &[u8]) -> io::Result<()> {
        let directory = fs::openat(self.here(), name, STEP, Mode::empty())?;
        self.reached = Some(directory);
        Ok(())
    }

    fn up(&mut self) -> io::Result<()> {
        let walked = self.walked.as_bytes();
        let parent = walked.iter().rposition(|&byte| byte == b'/').ok_or(Errno::PERM)?;
        self.walked.truncate(parent);
        self.reached = None;
        let mut next = 0;
        // `walked` is a path of its own for the time of the loop: `down` does not touch it.
        let walked = self.walked.clone();
        while let Some((name, after)) = component(walked.as_bytes(), next) {
            self.down(name)?;
            next = after;
        }
        Ok(())
    }

    /// The text of the link `name`.
    fn link(&mut self, name: &[u8]) -> io::Result<PathBuffer> {
        self.links += 1;
        if self.links > MAX_LINKS {
            return Err(Errno::LOOP);
        }
        let mut text = [0; PATH_BYTES];
        let length = match fs::readlinkat_raw(self.here(), name, &mut text) {
            Err(Errno::INVAL) => return Err(Errno::NOTDIR),
            length => length?,
        };
        let text = text.get(..length).unwrap_or_default();
        check_relative(text)?;
        let mut target = PathBuffer::new();
        target.push(text)?;
        Ok(target)
    }

    fn here(&self) -> BorrowedFd<'_> {
        self.reached.as_ref().map_or(self.root, OwnedFd::as_fd)
    }
}
