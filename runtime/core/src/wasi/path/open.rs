//! Opening files.

use rustix::fs::{FileType, OFlags};

use crate::descriptors::{Descriptor, Descriptors, Kind};
use crate::grants::{self, Opening};
use crate::sys::files::{self, HostFile};
use crate::sys::paths::{self, Links, Openable, PathBuffer};
use crate::wasi::errno::{Errno, Result};
use crate::wasi::fd::attributes::flags_to_host;
use crate::wasi::rights::Rights;
use crate::wasi::types::FileFlags;

/// What a path is opened for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) links: Links,
    /// Create the file if it is not there.
    pub(crate) create: bool,
    /// Fail if the file is there.
    pub(crate) exclusive: bool,
    /// Fail if it is not a directory.
    pub(crate) directory: bool,
    /// Drop what is in the file.
    pub(crate) truncate: bool,
    /// What will be done with it. What does not apply to the type of the file, or is not to be had, is left out.
    pub(crate) rights: Rights,
    /// What at most will be done with what is opened through it.
    pub(crate) inheriting: Rights,
    pub(crate) flags: FileFlags,
}

/// Opens what `path` in the directory `fd` means. The result is the new descriptor.
///
/// # Errors
///
/// [`Errno::Notcapable`] for reading, writing, creating or truncating without the right to; [`Errno::Perm`] for a path
/// that leads out of the directory, or to a pipe, a socket or a device that is not granted by its name; [`Errno::Mfile`] without room for another descriptor; [`Errno::Inval`] for a directory
/// to be created; [`Errno::Isdir`] for one to be written.
pub(crate) fn open(descriptors: &Descriptors, fd: u32, path: &mut PathBuffer, request: &Request) -> Result<u32> {
    let base = descriptors.get(fd)?;
    let opening = Opening { create: request.create, truncate: request.truncate, rights: request.rights };
    let (directory, most) = grants::open(&base, opening, path.as_bytes())?;
    if request.directory && request.create {
        return Err(Errno::Inval);
    }
    // Before the file is created or truncated.
    descriptors.check_room()?;
    let rights = request.rights.limited_to(most);
    // A file that is granted by its name is not what a link of that name leads to, but it can be anything.
    let (links, openable) = match base.kind {
        Kind::Files => (Links::Keep, Openable::Anything),
        _ => (request.links, Openable::Files),
    };
    let (host, found) = paths::open(directory, path, links, open_flags(request, rights), openable)?;
    let descriptor = describe(host, found, rights, request.inheriting.limited_to(most));
    descriptors.insert(descriptor).inspect_err(|_| files::close(host))
}

fn open_flags(request: &Request, rights: Rights) -> OFlags {
    let access = match (rights.intersects(Rights::READING), rights.intersects(Rights::WRITING)) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        (_, false) => OFlags::RDONLY,
    };
    let pick = |is_set, flag| if is_set { flag } else { OFlags::empty() };
    access
        | pick(request.create, OFlags::CREATE)
        | pick(request.exclusive, OFlags::EXCL)
        | pick(request.directory, OFlags::DIRECTORY)
        | pick(request.truncate, OFlags::TRUNC)
        | flags_to_host(request.flags)
}

/// The descriptor of a file that was just opened: the rights that apply to what it turned out to be.
fn describe(host: HostFile, found: FileType, rights: Rights, inheriting: Rights) -> Descriptor {
    let opened = Descriptor { host, kind: Kind::File, rights, inheriting: Rights::NONE, preopen: None };
    match found {
        FileType::Directory => {
            Descriptor { kind: Kind::Directory, rights: rights.limited_to(Rights::DIRECTORY), inheriting, ..opened }
        }
        _ => Descriptor { rights: rights.limited_to(Rights::FILE), ..opened },
    }
}
