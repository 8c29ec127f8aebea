//! Attributes of what a path leads to.

use crate::descriptors::{Descriptors, Kind};
use crate::grants;
use crate::sys::paths::{self, Links, PathBuffer};
use crate::wasi::errno::Result;
use crate::wasi::types::{Attributes, NewTimes};

/// The attributes of what `path` in the directory `fd` means.
pub(crate) fn get(descriptors: &Descriptors, fd: u32, links: Links, path: &mut PathBuffer) -> Result<Attributes> {
    let base = descriptors.get(fd)?;
    let directory = grants::filestat_get_at(&base, path.as_bytes())?;
    let links = if base.kind == Kind::Files { Links::Keep } else { links };
    let place = paths::find(directory, path, links)?;
    Ok(paths::stat(&place)?.into())
}

/// Sets the times of access and modification of what `path` in the directory `fd` means.
pub(crate) fn set_times(
    descriptors: &Descriptors,
    fd: u32,
    links: Links,
    path: &mut PathBuffer,
    times: NewTimes,
) -> Result<()> {
    let directory = grants::set_times_at(&descriptors.get(fd)?)?;
    let place = paths::find(directory, path, links)?;
    Ok(paths::set_times(&place, &times.timestamps())?)
}
