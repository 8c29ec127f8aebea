//! WASI snapshot preview 1 (`wasi_snapshot_preview1.witx` and `typenames.witx` of the WebAssembly/WASI repository).
//!
//! Every function is a symbol of its own, in a section of its own: a program gets those it imports, and what they need.
//! Each is given its caller's memory and the raw parameters, and answers 0 or an error number.
//!
//! These errors are common to many functions and not repeated at each:
//!
//! - `badf`: there is no such descriptor;
//! - `fault`: an address is not in the caller's memory, or the caller has none;
//! - `notcapable`: the descriptor lacks the right that is named under "Capability";
//! - `inval`: flags have bits that mean nothing, a path holds a zero byte;
//! - `nametoolong`: a path has more than 4095 bytes, or a component more than 255;
//! - `perm`: a path leads out of the directory it starts in;
//! - `notdir`, `isdir`: a descriptor or a component of a path is no directory, or is one.
//!
//! What the host says beyond that is passed on by name.

mod args;
mod clock;
mod denied;
mod environ;
mod fd;
mod path;
mod poll;
mod process;
mod random;
mod records;
mod sock;
mod strings;

use rustix::io::IoSlice;

use super::errno::{Errno, Result};
use crate::audit::{self, Call};
use crate::guest::{GuestAddress, GuestMemory};
use crate::limits;
use crate::sys::paths::PathBuffer;

/// What a function answers: 0, or an error number.
#[repr(transparent)]
struct Status(u32);

/// Does the work of a call, tells of it if that is asked for, and turns its result into what the guest gets to see.
fn answer(call: &'static Call, work: impl FnOnce() -> Result<()>) -> Status {
    let result = work();
    audit::done(call, result.err());
    Status(result.err().map_or(0, |errno| errno as u32))
}

/// The path of `length` bytes at `address`.
fn read_path(memory: &GuestMemory<'_>, address: GuestAddress, length: u32) -> Result<PathBuffer> {
    let mut path = PathBuffer::new();
    let bytes = memory.slice(address, length as usize)?;
    audit::path(bytes);
    path.push(bytes)?;
    Ok(path)
}

/// Has `work` done with the buffers that the `count` vectors at `list` describe, whose bytes are taken from the limit of
/// output: what is not written after all is not given back.
fn outgoing(
    memory: &GuestMemory<'_>,
    list: GuestAddress,
    count: u32,
    work: impl FnOnce(&[IoSlice<'_>]) -> Result<usize>,
) -> Result<usize> {
    memory.with_vectors(list, count, |buffers, bytes| {
        limits::take_output(bytes)?;
        work(buffers)
    })
}

/// Writes a count of bytes that a function answers.
fn write_count(memory: &mut GuestMemory<'_>, address: GuestAddress, count: usize) -> Result<()> {
    // A call moves less than 2 GiB: Linux's limit.
    memory.write_u32(address, u32::try_from(count).map_err(|_| Errno::Overflow)?)
}

/// Flags of which only the bits `known` mean something.
fn known_flags(flags: u32, known: u32) -> Result<u32> {
    if flags & !known == 0 { Ok(flags) } else { Err(Errno::Inval) }
}
