//! What the functions of all WASI versions speak about.

use rustix::fs::{self, Stat, Timespec, Timestamps};

use super::rights::Rights;

/// Nanoseconds in a second.
const NANOSECONDS: u64 = 1_000_000_000;

/// Time in nanoseconds, since 1970 or since some other moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(pub(crate) u64);

impl Timestamp {
    /// The time that many nanoseconds later, or the last there is.
    pub(crate) fn plus(self, nanoseconds: u64) -> Timestamp {
        Timestamp(self.0.saturating_add(nanoseconds))
    }

    /// The nanoseconds since `earlier`; none if it is later.
    pub(crate) fn since(self, earlier: Timestamp) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl From<Timespec> for Timestamp {
    /// Times before 1970 are 1970; times after 2554 are the last there is.
    fn from(time: Timespec) -> Timestamp {
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        let nanoseconds = u64::try_from(time.tv_nsec).unwrap_or(0);
        Timestamp(seconds.saturating_mul(NANOSECONDS).saturating_add(nanoseconds))
    }
}

/// A duration in nanoseconds, for the host.
pub(crate) fn timespec(nanoseconds: u64) -> Timespec {
    Timespec { tv_sec: (nanoseconds / NANOSECONDS) as i64, tv_nsec: (nanoseconds % NANOSECONDS) as i64 }
}

/// What a time of a file becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NewTime {
    /// What it is.
    Keep,
    /// The current time.
    Now,
    /// This time.
    At(Timestamp),
}

impl NewTime {
    fn timespec(self) -> Timespec {
        match self {
            NewTime::Keep => Timespec { tv_sec: 0, tv_nsec: fs::UTIME_OMIT },
            NewTime::Now => Timespec { tv_sec: 0, tv_nsec: fs::UTIME_NOW },
            NewTime::At(time) => timespec(time.0),
        }
    }
}

/// What the times of a file become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NewTimes {
    /// Last access.
    pub(crate) accessed: NewTime,
    /// Last modification.
    pub(crate) modified: NewTime,
}

impl NewTimes {
    /// The times, for the host.
    pub(crate) fn timestamps(self) -> Timestamps {
        Timestamps { last_access: self.accessed.timespec(), last_modification: self.modified.timespec() }
    }
}

/// The type of a file (`filetype` in `typenames.witx`).
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileType {
    /// None of the others; pipes are here.
    Unknown = 0,
    BlockDevice = 1,
    CharacterDevice = 2,
    Directory = 3,
    RegularFile = 4,
    /// A socket; that it is a stream is true of all that can be had so far.
    SocketStream = 6,
    SymbolicLink = 7,
}

impl From<fs::FileType> for FileType {
    fn from(file_type: fs::FileType) -> FileType {
        match file_type {
            fs::FileType::RegularFile => FileType::RegularFile,
            fs::FileType::Directory => FileType::Directory,
            fs::FileType::Symlink => FileType::SymbolicLink,
            fs::FileType::Socket => FileType::SocketStream,
            fs::FileType::CharacterDevice => FileType::CharacterDevice,
            fs::FileType::BlockDevice => FileType::BlockDevice,
            _ => FileType::Unknown,
        }
    }
}

/// The attributes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) file_type: FileType,
    /// How many names the file has.
    pub(crate) links: u64,
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) accessed: Timestamp,
    pub(crate) modified: Timestamp,
    /// Last change of the attributes.
    pub(crate) changed: Timestamp,
}

impl From<Stat> for Attributes {
    fn from(stat: Stat) -> Attributes {
        let time =
            |seconds, nanoseconds: u64| Timestamp::from(Timespec { tv_sec: seconds, tv_nsec: nanoseconds as i64 });
        Attributes {
            device: stat.st_dev,
            inode: stat.st_ino,
            file_type: fs::FileType::from_raw_mode(stat.st_mode).into(),
            // 32 bits wide on aarch64.
            #[allow(clippy::useless_conversion)]
            links: stat.st_nlink.into(),
            size: u64::try_from(stat.st_size).unwrap_or(0),
            accessed: time(stat.st_atime, stat.st_atime_nsec),
            modified: time(stat.st_mtime, stat.st_mtime_nsec),
            changed: time(stat.st_ctime, stat.st_ctime_nsec),
        }
    }
}

/// How a file behaves when it is read and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileFlags {
    /// Writing goes to the end.
    pub(crate) append: bool,
    /// What would wait is an error.
    pub(crate) nonblocking: bool,
    /// Data are durable when writing returns.
    pub(crate) data_synchronous: bool,
    /// Data and attributes are.
    pub(crate) synchronous: bool,
}

/// What a descriptor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DescriptorState {
    pub(crate) file_type: FileType,
    pub(crate) flags: FileFlags,
    pub(crate) rights: Rights,
    pub(crate) inheriting: Rights,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_do_not_fit_are_the_nearest_that_do() {
        let time = |tv_sec, tv_nsec| Timestamp::from(Timespec { tv_sec, tv_nsec });
        assert_eq!(time(1, 5), Timestamp(1_000_000_005));
        assert_eq!(time(-1, 5), Timestamp(5));
        assert_eq!(time(i64::MAX, 0), Timestamp(u64::MAX));
        assert_eq!(Timestamp(1).plus(u64::MAX), Timestamp(u64::MAX));
        assert_eq!(Timestamp(1).since(Timestamp(2)), 0);
        assert_eq!(timespec(u64::MAX), Timespec { tv_sec: 18_446_744_073, tv_nsec: 709_551_615 });
    }
}
