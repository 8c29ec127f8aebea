//! The gate: the only place that decides what the guest may do.
//!
//! A request goes in with what it is about: a descriptor and its rights, or the program's grants table. Out comes a
//! [`Granted`] token, or the error number that the guest gets to see. The functions of [`crate::sys`] that reach outside
//! take such a token and nobody but this module and its parts can make one, so that a call that was not checked does not
//! type-check. A token is good for one call.
//!
//! Decided elsewhere, and earlier: which directories a program has at all, and with which rights, is in its grants table;
//! which of its imports exist is the linker's business.

mod directories;
mod files;
mod sockets;
mod table;

use core::marker::PhantomData;

use crate::descriptors::{Descriptor, Kind};
use crate::sys::files::HostFile;
use crate::wasi::errno::{Errno, Result};
use crate::wasi::rights::Rights;

pub(crate) use directories::{
    Alter, InDirectory, List, Lookup, Open, Opening, create_directory, filestat_get_at, link_source, link_target, open,
    read_directory, readlink, remove_directory, rename_source, rename_target, set_times_at, symlink, unlink_file,
};
pub(crate) use files::{
    Advise, Change, Flush, Inspect, Interest, Position, Read, Wait, Write, advise, allocate, datasync, fdstat_get,
    filestat_get, read, read_at, seek, set_flags, set_size, set_times, sync, tell, wait, write, write_at,
};
pub(crate) use sockets::{Accept, Receive, Send, Shutdown, accept, receive, send, shutdown};
#[cfg(test)]
pub(crate) use table::granted_directories;
pub(crate) use table::{Directory, OpenDirectory, arguments, directories, environment};

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

/// Every program may tell the time.
pub(crate) fn read_clock() -> Granted<ReadClock, ()> {
    Granted::new(())
}

/// Every program may have random bytes.
pub(crate) fn get_random() -> Granted<GetRandom, ()> {
    Granted::new(())
}

/// Whatever `descriptor` is, if it has all of `rights`.
fn any<Verb>(descriptor: &Descriptor, rights: Rights) -> Result<Granted<Verb>> {
    match descriptor.rights.contains(rights) {
        true => Ok(Granted::new(descriptor.host)),
        false => Err(Errno::Notcapable),
    }
}

/// What `descriptor` is, if it holds data and has all of `rights`.
fn data<Verb>(descriptor: &Descriptor, rights: Rights) -> Result<Granted<Verb>> {
    match descriptor.kind {
        Kind::Directory => Err(Errno::Isdir),
        Kind::File | Kind::Socket => any(descriptor, rights),
    }
}

/// The directory that `descriptor` is, if it has all of `rights`.
fn directory<Verb>(descriptor: &Descriptor, rights: Rights) -> Result<Granted<Verb>> {
    match descriptor.kind {
        Kind::Directory => any(descriptor, rights),
        Kind::File | Kind::Socket => Err(Errno::Notdir),
    }
}

/// The socket that `descriptor` is, if it has all of `rights`.
fn socket<Verb>(descriptor: &Descriptor, rights: Rights) -> Result<Granted<Verb>> {
    match descriptor.kind {
        Kind::Socket => any(descriptor, rights),
        Kind::File | Kind::Directory => Err(Errno::Notsock),
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
