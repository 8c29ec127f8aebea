//! Waiting.

use core::array;

use rustix::event::{self, PollFd, PollFlags, Timespec};
use rustix::fd::AsFd;
use rustix::{io, thread};

use crate::grants::{Granted, Interest, Wait};
use crate::sys::files::HostFile;

/// How many files one call can wait for.
pub(crate) const MAX_FILES: usize = 256;

/// Files to wait for.
pub(crate) struct WaitSet<'a> {
    files: [PollFd<'a>; MAX_FILES],
    count: usize,
}

/// The state of a file of a [`WaitSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// A call would wait.
    NotReady,
    /// A call would not wait.
    Ready {
        /// How many bytes there are to be read; 1 if the file cannot tell, or is to be written.
        bytes: u64,
        /// Whether the other side has hung up.
        hangup: bool,
    },
    /// The host has closed the file.
    Closed,
}

impl WaitSet<'_> {
    /// No files.
    pub(crate) fn new() -> WaitSet<'static> {
        let unused = || PollFd::from_borrowed_fd(HostFile::UNUSED.borrow(), PollFlags::empty());
        WaitSet { files: array::from_fn(|_| unused()), count: 0 }
    }

    /// Adds a file to wait for, and answers its number in the set; `None` if there is no room.
    pub(crate) fn add(&mut self, file: Granted<Wait>, interest: Interest) -> Option<usize> {
        let flags = match interest {
            Interest::Read => PollFlags::IN,
            Interest::Write => PollFlags::OUT,
        };
        let index = self.count;
        *self.files.get_mut(index)? = PollFd::from_borrowed_fd(file.subject().borrow(), flags);
        self.count += 1;
        Some(index)
    }

    /// Waits until a file is ready, or for the time of `timeout`, if there is one.
    pub(crate) fn wait(&mut self, timeout: Option<&Timespec>) -> io::Result<()> {
        let files = self.files.get_mut(..self.count).unwrap_or_default();
        event::poll(files, timeout).map(drop)
    }

    /// The state of file `index` after a wait.
    pub(crate) fn readiness(&self, index: usize, interest: Interest) -> Readiness {
        let Some(file) = self.files.get(index) else {
            return Readiness::NotReady;
        };
        let events = file.revents();
        if events.contains(PollFlags::NVAL) {
            return Readiness::Closed;
        }
        // An error makes a file ready: the next call on it tells which.
        if !events.intersects(PollFlags::IN | PollFlags::OUT | PollFlags::HUP | PollFlags::ERR) {
            return Readiness::NotReady;
        }
        let bytes = match interest {
            Interest::Read => io::ioctl_fionread(file.as_fd()).unwrap_or(1),
            Interest::Write => 1,
        };
        Readiness::Ready { bytes, hangup: events.contains(PollFlags::HUP) }
    }
}

/// Lets others run.
pub(crate) fn give_way() {
    thread::sched_yield();
}
