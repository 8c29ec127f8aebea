//! Data of files: reading, writing, the position, and what goes with them.

use rustix::fs::{Advice, SeekFrom};
use rustix::io::{IoSlice, IoSliceMut};

use crate::audit;
use crate::descriptors::Descriptors;
use crate::grants;
use crate::limits;
use crate::sys::files;
use crate::wasi::errno::Result;

/// Reads at the position. The result is in bytes; 0 at the end of the file.
pub(crate) fn read(descriptors: &Descriptors, fd: u32, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
    audit::descriptor(fd);
    let file = grants::read(&descriptors.get(fd)?)?;
    Ok(files::read(file, buffers)?)
}

/// Reads at byte `offset` and leaves the position where it is.
pub(crate) fn pread(descriptors: &Descriptors, fd: u32, buffers: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize> {
    let file = grants::read_at(&descriptors.get(fd)?)?;
    Ok(files::read_at(file, buffers, offset)?)
}

/// Writes at the position, or at the end of a file that is opened for appending. The result is in bytes.
pub(crate) fn write(descriptors: &Descriptors, fd: u32, buffers: &[IoSlice<'_>]) -> Result<usize> {
    audit::descriptor(fd);
    let file = grants::write(&descriptors.get(fd)?)?;
    Ok(files::write(file, buffers)?)
}

/// Writes at byte `offset` and leaves the position where it is. Linux writes at the end of a file that is opened for
/// appending, whatever the offset.
pub(crate) fn pwrite(descriptors: &Descriptors, fd: u32, buffers: &[IoSlice<'_>], offset: u64) -> Result<usize> {
    let file = grants::write_at(&descriptors.get(fd)?)?;
    Ok(files::write_at(file, buffers, offset)?)
}

/// Moves the position; the result is the new one, in bytes from the start.
pub(crate) fn seek(descriptors: &Descriptors, fd: u32, to: SeekFrom) -> Result<u64> {
    let file = grants::seek(&descriptors.get(fd)?)?;
    Ok(files::seek(file, to)?)
}

/// The position, in bytes from the start.
pub(crate) fn tell(descriptors: &Descriptors, fd: u32) -> Result<u64> {
    let file = grants::tell(&descriptors.get(fd)?)?;
    Ok(files::seek(file, SeekFrom::Current(0))?)
}

/// Tells the host how `length` bytes at `offset` will be used.
pub(crate) fn advise(descriptors: &Descriptors, fd: u32, offset: u64, length: u64, advice: Advice) -> Result<()> {
    let file = grants::advise(&descriptors.get(fd)?)?;
    Ok(files::advise(file, offset, length, advice)?)
}

/// Makes room for `length` bytes at `offset`; the file grows if that is beyond its end.
pub(crate) fn allocate(descriptors: &Descriptors, fd: u32, offset: u64, length: u64) -> Result<()> {
    let file = grants::allocate(&descriptors.get(fd)?)?;
    limits::take_output(length)?;
    Ok(files::allocate(file, offset, length)?)
}

/// Waits until data and attributes are durable.
pub(crate) fn sync(descriptors: &Descriptors, fd: u32) -> Result<()> {
    let file = grants::sync(&descriptors.get(fd)?)?;
    Ok(files::sync(file)?)
}

/// Waits until data are durable.
pub(crate) fn datasync(descriptors: &Descriptors, fd: u32) -> Result<()> {
    let file = grants::datasync(&descriptors.get(fd)?)?;
    Ok(files::datasync(file)?)
}
