//! Attributes of open files, and of the descriptors themselves.

use rustix::fs::{FileType as HostFileType, OFlags};

use crate::descriptors::{Descriptor, Descriptors};
use crate::grants;
use crate::sys::files::{self, O_DSYNC};
use crate::wasi::errno::{Errno, Result};
use crate::wasi::rights::Rights;
use crate::wasi::types::{Attributes, DescriptorState, FileFlags, FileType, NewTimes};

/// What a descriptor is, how it behaves and what may be done with it.
pub(crate) fn state(descriptors: &Descriptors, fd: u32) -> Result<DescriptorState> {
    let descriptor = descriptors.get(fd)?;
    let stat = files::stat(grants::fdstat_get(&descriptor))?;
    let flags = files::flags(grants::fdstat_get(&descriptor))?;
    let file_type = HostFileType::from_raw_mode(stat.st_mode).into();
    Ok(DescriptorState {
        file_type,
        flags: flags_from_host(flags),
        rights: visible_rights(&descriptor, file_type),
        inheriting: descriptor.inheriting,
    })
}

/// The rights that a descriptor shows. Programs take a character device for a terminal if it cannot be positioned.
fn visible_rights(descriptor: &Descriptor, file_type: FileType) -> Rights {
    let is_terminal = file_type == FileType::CharacterDevice && files::is_terminal(grants::fdstat_get(descriptor));
    match is_terminal {
        true => descriptor.rights.without(Rights::FD_SEEK | Rights::FD_TELL),
        false => descriptor.rights,
    }
}

fn flags_from_host(flags: OFlags) -> FileFlags {
    let synchronous = flags.contains(OFlags::SYNC);
    FileFlags {
        append: flags.contains(OFlags::APPEND),
        nonblocking: flags.contains(OFlags::NONBLOCK),
        // The bits of `O_SYNC` include that of `O_DSYNC`.
        data_synchronous: !synchronous && flags.contains(O_DSYNC),
        synchronous,
    }
}

/// The flags, for the host.
pub(crate) fn flags_to_host(flags: FileFlags) -> OFlags {
    let pick = |is_set, flag| if is_set { flag } else { OFlags::empty() };
    pick(flags.append, OFlags::APPEND)
        | pick(flags.nonblocking, OFlags::NONBLOCK)
        | pick(flags.data_synchronous, O_DSYNC)
        | pick(flags.synchronous, OFlags::SYNC)
}

/// Changes how a file behaves.
///
/// # Errors
///
/// [`Errno::Notsup`] if writing would become durable at once, or cease to: Linux decides that when it opens a file.
pub(crate) fn set_flags(descriptors: &Descriptors, fd: u32, flags: FileFlags) -> Result<()> {
    let descriptor = descriptors.get(fd)?;
    let granted = grants::set_flags(&descriptor)?;
    let old = files::flags(grants::fdstat_get(&descriptor))?;
    let FileFlags { data_synchronous, synchronous, .. } = flags_from_host(old);
    if (flags.data_synchronous, flags.synchronous) != (data_synchronous, synchronous) {
        return Err(Errno::Notsup);
    }
    let changing = OFlags::APPEND | OFlags::NONBLOCK;
    Ok(files::set_flags(granted, old.difference(changing) | flags_to_host(flags).intersection(changing))?)
}

/// The attributes of an open file.
pub(crate) fn get(descriptors: &Descriptors, fd: u32) -> Result<Attributes> {
    let file = grants::filestat_get(&descriptors.get(fd)?)?;
    Ok(files::stat(file)?.into())
}

/// Sets the size of a file in bytes: it loses what is beyond, or gets zeros.
pub(crate) fn set_size(descriptors: &Descriptors, fd: u32, size: u64) -> Result<()> {
    let file = grants::set_size(&descriptors.get(fd)?)?;
    Ok(files::set_size(file, size)?)
}

/// Sets the times of access and modification of a file.
pub(crate) fn set_times(descriptors: &Descriptors, fd: u32, times: NewTimes) -> Result<()> {
    let file = grants::set_times(&descriptors.get(fd)?)?;
    Ok(files::set_times(file, &times.timestamps())?)
}
