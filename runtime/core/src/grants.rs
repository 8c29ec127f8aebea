//! The gate: the only place that decides what the guest may do.
//!
//! A request goes in with what it is about: a descriptor and its rights, or the program's grants table. Out comes a
//! [`Granted`] token, or the error number that the guest gets to see. The functions of [`crate::sys`] that reach outside
//! take such a token and nobody but this module and its parts can make one, so that a call that was not checked does not
//! type-check. A token is good for one call.
//!
//! Decided elsewhere, and earlier: which directories a program has at all, and with which rights, is in its grants table;
//! which of its imports exist is the linker's business.

mod denied;
mod directories;
mod files;
mod network;
mod sockets;
mod table;

use core::marker::PhantomData;

use wasmelt_abi::grants::{COARSE_NANOSECONDS, ambient};

use crate::audit;
use crate::descriptors::{Descriptor, Kind};
use crate::sys::files::HostFile;
use crate::wasi::errno::{Errno, Result};
use crate::wasi::rights::Rights;

pub(crate) use denied::read_denials;
pub(crate) use directories::{
    Alter, InDirectory, List, Lookup, Open, Opening, create_directory, filestat_get_at, link_source, link_target, open,
    read_directory, readlink, remove_directory, rename_source, rename_target, set_times_at, symlink, unlink_file,
};
pub(crate) use files::{
    Advise, Change, Flush, Inspect, Interest, Position, Read, Wait, Write, advise, allocate, datasync, fdstat_get,
    filestat_get, read, read_at, seek, set_flags, set_size, set_times, sync, tell, wait, write, write_at,
};
pub(crate) use network::{Listen, listeners};
pub(crate) use sockets::{Accept, Receive, Send, Shutdown, accept, receive, send, shutdown};
pub(crate) use table::{
    Directory, OpenDirectory, arguments, directories, environment, files, limit, surroundings, uses_directories,
};
#[cfg(test)]
pub(crate) use table::{granted_directories, grants_in};

/// Permission to do `Verb` to `Subject`, once.
pub(crate) struct Granted<Verb, Subject = HostFile> {
    subject: Subject,
    verb: PhantomData<Verb>,
}

impl<Verb, Subject> Granted<Verb, Subject> {
    fn new(subject: Subject) -> Granted<Verb, Subject> {
        Granted { subject, verb: PhantomData }
    }

    /// What the permission is about.
    pub(crate) fn subject(&self) -> &Subject {
        &self.subject
    }
}

/// Verb: read a clock.
pub(crate) enum ReadClock {}

/// Verb: get random bytes.
pub(crate) enum GetRandom {}

/// How exact a clock is, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exactness(pub(crate) u64);

/// Where random bytes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RandomSource {
    /// The kernel.
    Kernel,
    /// This number.
    Seed(u64),
}

/// `clock_time_get` and its like, as exact as is granted.
pub(crate) fn read_clock() -> Result<Granted<ReadClock, Exactness>> {
    let surroundings = table::surroundings();
    if surroundings & ambient::EXACT_CLOCKS != 0 {
        Ok(Granted::new(Exactness(1)))
    } else if surroundings & ambient::COARSE_CLOCKS != 0 {
        Ok(Granted::new(Exactness(COARSE_NANOSECONDS)))
    } else {
        Err(Errno::Notcapable)
    }
}

/// For the runtime itself, which has to know when a wait is over: every program may wait.
pub(crate) fn time_wait() -> Granted<ReadClock, Exactness> {
    Granted::new(Exactness(1))
}

/// `random_get`.
pub(crate) fn get_random() -> Result<Granted<GetRandom, RandomSource>> {
    match table::surroundings() & ambient::RANDOM != 0 {
        true => Ok(Granted::new(RandomSource::Kernel)),
        false => table::seed().map(|seed| Granted::new(RandomSource::Seed(seed))).ok_or(Errno::Notcapable),
    }
}

/// Whatever `descriptor` is, if it has all of `rights`.
fn any<Verb>(descriptor: &Descriptor, rights: Rights) -> Result<Granted<Verb>> {
    match descriptor.rights.contains(rights) || cfg!(feature = "ungated") {
        true => Ok(Granted::new(descriptor.host)),
        false => Err(Errno::Notcapable),
    }
}

/// What `descriptor` is, if it holds data and has all of `rights`.
fn data<Verb>(descriptor: &Descriptor, rights: Rights) -> Result<Granted<Verb>> {
    match descriptor.kind {
        Kind::Directory | Kind::Files => Err(Errno::Isdir),
        Kind::File | Kind::Socket => any(descriptor, rights),
    }
}

/// The directory that `descriptor` is, if it has all of `rights`.
fn directory<Verb>(descriptor: &Descriptor, rights: Rights) -> Result<Granted<Verb>> {
    match descriptor.kind {
        Kind::Directory | Kind::Files => {
            audit::in_directory(descriptor.preopen);
            any(descriptor, rights)
        }
        Kind::File | Kind::Socket => Err(Errno::Notdir),
    }
}

/// The socket that `descriptor` is, if it has all of `rights`.
fn socket<Verb>(descriptor: &Descriptor, rights: Rights) -> Result<Granted<Verb>> {
    match descriptor.kind {
        Kind::Socket => any(descriptor, rights),
        Kind::File | Kind::Directory | Kind::Files => Err(Errno::Notsock),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptor(kind: Kind, rights: Rights) -> Descriptor {
        Descriptor { host: HostFile::STANDARD_INPUT, kind, rights, inheriting: Rights::NONE, preopen: None }
    }

    #[test]
    fn the_kind_is_asked_before_the_rights() {
        let everything = Rights::from_bits(u64::MAX);
        let cases = [
            (read(&descriptor(Kind::Directory, everything)).err(), Some(Errno::Isdir)),
            (read(&descriptor(Kind::File, Rights::NONE)).err(), Some(Errno::Notcapable)),
            (read(&descriptor(Kind::File, Rights::FD_READ)).err(), None),
            (readlink(&descriptor(Kind::File, everything)).err(), Some(Errno::Notdir)),
            (
                readlink(&descriptor(Kind::Directory, everything.without(Rights::PATH_READLINK))).err(),
                Some(Errno::Notcapable),
            ),
            (readlink(&descriptor(Kind::Directory, Rights::PATH_READLINK)).err(), None),
            (shutdown(&descriptor(Kind::File, everything)).err(), Some(Errno::Notsock)),
            (shutdown(&descriptor(Kind::Socket, Rights::NONE)).err(), Some(Errno::Notcapable)),
        ];
        for (index, (answer, expected)) in cases.into_iter().enumerate() {
            assert_eq!(answer, expected, "case {index}");
        }
    }
}
