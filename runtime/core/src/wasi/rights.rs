//! Rights of file descriptors (`rights` in `typenames.witx`).
//!
//! A descriptor has two sets: what may be done with it, and what at most may be done with descriptors that are opened
//! through it. Both only ever shrink.

use core::ops::BitOr;

/// A set of rights, by their bits in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rights(u32);

impl Rights {
    pub(crate) const NONE: Rights = Rights(0);
    pub(crate) const FD_DATASYNC: Rights = Rights(1);
    pub(crate) const FD_READ: Rights = Rights(1 << 1);
    pub(crate) const FD_SEEK: Rights = Rights(1 << 2);
    pub(crate) const FD_FDSTAT_SET_FLAGS: Rights = Rights(1 << 3);
    pub(crate) const FD_SYNC: Rights = Rights(1 << 4);
    pub(crate) const FD_TELL: Rights = Rights(1 << 5);
    pub(crate) const FD_WRITE: Rights = Rights(1 << 6);
    pub(crate) const FD_ADVISE: Rights = Rights(1 << 7);
    pub(crate) const FD_ALLOCATE: Rights = Rights(1 << 8);
    pub(crate) const PATH_CREATE_DIRECTORY: Rights = Rights(1 << 9);
    pub(crate) const PATH_CREATE_FILE: Rights = Rights(1 << 10);
    pub(crate) const PATH_LINK_SOURCE: Rights = Rights(1 << 11);
    pub(crate) const PATH_LINK_TARGET: Rights = Rights(1 << 12);
    pub(crate) const PATH_OPEN: Rights = Rights(1 << 13);
    pub(crate) const FD_READDIR: Rights = Rights(1 << 14);
    pub(crate) const PATH_READLINK: Rights = Rights(1 << 15);
    pub(crate) const PATH_RENAME_SOURCE: Rights = Rights(1 << 16);
    pub(crate) const PATH_RENAME_TARGET: Rights = Rights(1 << 17);
    pub(crate) const PATH_FILESTAT_GET: Rights = Rights(1 << 18);
    pub(crate) const PATH_FILESTAT_SET_SIZE: Rights = Rights(1 << 19);
    pub(crate) const PATH_FILESTAT_SET_TIMES: Rights = Rights(1 << 20);
    pub(crate) const FD_FILESTAT_GET: Rights = Rights(1 << 21);
    pub(crate) const FD_FILESTAT_SET_SIZE: Rights = Rights(1 << 22);
    pub(crate) const FD_FILESTAT_SET_TIMES: Rights = Rights(1 << 23);
    pub(crate) const PATH_SYMLINK: Rights = Rights(1 << 24);
    pub(crate) const PATH_REMOVE_DIRECTORY: Rights = Rights(1 << 25);
    pub(crate) const PATH_UNLINK_FILE: Rights = Rights(1 << 26);
    pub(crate) const POLL_FD_READWRITE: Rights = Rights(1 << 27);
    pub(crate) const SOCK_SHUTDOWN: Rights = Rights(1 << 28);
    pub(crate) const SOCK_ACCEPT: Rights = Rights(1 << 29);

    /// What can be done with a file and changes nothing in it.
    const FILE_READ: Rights = Rights::FD_READ
        .and(Rights::FD_SEEK)
        .and(Rights::FD_TELL)
        .and(Rights::FD_ADVISE)
        .and(Rights::FD_FDSTAT_SET_FLAGS)
        .and(Rights::FD_FILESTAT_GET)
        .and(Rights::POLL_FD_READWRITE);

    /// What can be done with a file.
    pub(crate) const FILE: Rights = Rights::FILE_READ
        .and(Rights::FD_WRITE)
        .and(Rights::FD_DATASYNC)
        .and(Rights::FD_SYNC)
        .and(Rights::FD_ALLOCATE)
        .and(Rights::FD_FILESTAT_SET_SIZE)
        .and(Rights::FD_FILESTAT_SET_TIMES);

    /// What can be done with a directory and changes nothing in it. A hard link to a file is a second way to it, past the
    /// first one's rights: its source has to be writable.
    const DIRECTORY_READ: Rights = Rights::PATH_OPEN
        .and(Rights::FD_READDIR)
        .and(Rights::PATH_READLINK)
        .and(Rights::PATH_FILESTAT_GET)
        .and(Rights::FD_FILESTAT_GET)
        .and(Rights::FD_FDSTAT_SET_FLAGS);

    /// What can be done with a directory.
    pub(crate) const DIRECTORY: Rights = Rights::DIRECTORY_READ
        .and(Rights::PATH_CREATE_DIRECTORY)
        .and(Rights::PATH_CREATE_FILE)
        .and(Rights::PATH_LINK_SOURCE)
        .and(Rights::PATH_LINK_TARGET)
        .and(Rights::PATH_RENAME_SOURCE)
        .and(Rights::PATH_RENAME_TARGET)
        .and(Rights::PATH_FILESTAT_SET_SIZE)
        .and(Rights::PATH_FILESTAT_SET_TIMES)
        .and(Rights::FD_FILESTAT_SET_TIMES)
        .and(Rights::PATH_SYMLINK)
        .and(Rights::PATH_REMOVE_DIRECTORY)
        .and(Rights::PATH_UNLINK_FILE)
        .and(Rights::FD_DATASYNC)
        .and(Rights::FD_SYNC);

    /// Rights that take a file that is open for reading.
    pub(crate) const READING: Rights = Rights::FD_READ.and(Rights::FD_READDIR);

    /// Rights that take a file that is open for writing.
    pub(crate) const WRITING: Rights = Rights::FD_WRITE.and(Rights::FD_ALLOCATE).and(Rights::FD_FILESTAT_SET_SIZE);

    /// The rights of a directory that is granted for reading, and what is opened through it inherits.
    pub(crate) const READ_ONLY_GRANT: [Rights; 2] =
        [Rights::DIRECTORY_READ, Rights::DIRECTORY_READ.and(Rights::FILE_READ)];

    /// The rights of a directory that is granted for reading and writing, and what is opened through it inherits.
    pub(crate) const READ_WRITE_GRANT: [Rights; 2] = [Rights::DIRECTORY, Rights::DIRECTORY.and(Rights::FILE)];

    /// The rights of a directory of which some files are granted, and the most that those can have.
    pub(crate) const FILES_GRANT: [Rights; 2] = [
        Rights::PATH_OPEN
            .and(Rights::PATH_FILESTAT_GET)
            .and(Rights::PATH_CREATE_FILE)
            .and(Rights::PATH_FILESTAT_SET_SIZE)
            .and(Rights::FD_FILESTAT_GET),
        Rights::FILE,
    ];

    /// The rights of a listening socket.
    pub(crate) const LISTENER: Rights = Rights::SOCK_ACCEPT
        .and(Rights::FD_FDSTAT_SET_FLAGS)
        .and(Rights::FD_FILESTAT_GET)
        .and(Rights::FD_READ)
        .and(Rights::POLL_FD_READWRITE);

    /// The rights of standard input. Its flags are shared with whoever started the process, and so not the guest's.
    pub(crate) const STANDARD_INPUT: Rights = Rights::FD_READ.and(Rights::FD_ADVISE).and(Rights::STANDARD_STREAM);

    /// The rights of standard output and standard error.
    pub(crate) const STANDARD_OUTPUT: Rights =
        Rights::FD_WRITE.and(Rights::FD_DATASYNC).and(Rights::FD_SYNC).and(Rights::STANDARD_STREAM);

    const STANDARD_STREAM: Rights =
        Rights::FD_SEEK.and(Rights::FD_TELL).and(Rights::FD_FILESTAT_GET).and(Rights::POLL_FD_READWRITE);

    /// The rights of a connected socket.
    pub(crate) const CONNECTION: Rights = Rights::FD_READ
        .and(Rights::FD_WRITE)
        .and(Rights::FD_FDSTAT_SET_FLAGS)
        .and(Rights::FD_FILESTAT_GET)
        .and(Rights::POLL_FD_READWRITE)
        .and(Rights::SOCK_SHUTDOWN);

    /// The set with the bits of `bits` that mean something.
    pub(crate) fn from_bits(bits: u64) -> Rights {
        const ALL: u64 = (1 << 30) - 1;
        Rights((bits & ALL) as u32)
    }

    /// The set's bits.
    pub(crate) fn bits(self) -> u64 {
        u64::from(self.0)
    }

    /// Whether all of `others` are in the set.
    pub(crate) fn contains(self, others: Rights) -> bool {
        self.0 & others.0 == others.0
    }

    /// Whether one of `others` is in the set.
    pub(crate) fn intersects(self, others: Rights) -> bool {
        self.0 & others.0 != 0
    }

    /// The rights that are in both sets.
    pub(crate) fn limited_to(self, others: Rights) -> Rights {
        Rights(self.0 & others.0)
    }

    /// The rights of the set that are not in `others`.
    pub(crate) fn without(self, others: Rights) -> Rights {
        Rights(self.0 & !others.0)
    }

    const fn and(self, others: Rights) -> Rights {
        Rights(self.0 | others.0)
    }
}

impl BitOr for Rights {
    type Output = Rights;

    fn bitor(self, others: Rights) -> Rights {
        self.and(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_only_directory_gives_no_right_that_changes_something() {
        let changing = Rights::FD_WRITE
            | Rights::FD_ALLOCATE
            | Rights::FD_FILESTAT_SET_SIZE
            | Rights::FD_FILESTAT_SET_TIMES
            | Rights::PATH_CREATE_DIRECTORY
            | Rights::PATH_CREATE_FILE
            | Rights::PATH_LINK_SOURCE
            | Rights::PATH_LINK_TARGET
            | Rights::PATH_RENAME_SOURCE
            | Rights::PATH_RENAME_TARGET
            | Rights::PATH_FILESTAT_SET_SIZE
            | Rights::PATH_FILESTAT_SET_TIMES
            | Rights::PATH_SYMLINK
            | Rights::PATH_REMOVE_DIRECTORY
            | Rights::PATH_UNLINK_FILE;
        for rights in Rights::READ_ONLY_GRANT {
            assert!(!rights.intersects(changing));
        }
        assert!(Rights::READ_WRITE_GRANT[1].contains(changing));
    }

    #[test]
    fn unknown_bits_are_dropped() {
        assert_eq!(Rights::from_bits(u64::MAX).bits(), (1 << 30) - 1);
    }
}
