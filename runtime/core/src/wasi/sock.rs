//! Sockets: those that the program has from its start, and the connections to them.

use rustix::io::{IoSlice, IoSliceMut};
use rustix::net::{self, RecvFlags};

use crate::descriptors::{Descriptor, Descriptors, Kind};
use crate::grants;
use crate::sys::files;
use crate::sys::socket::{self, Received};
use crate::wasi::errno::Result;
use crate::wasi::rights::Rights;

/// Waits for a connection to a listening socket. The result is the descriptor of the new socket.
pub(crate) fn accept(descriptors: &Descriptors, fd: u32, nonblocking: bool) -> Result<u32> {
    let listener = grants::accept(&descriptors.get(fd)?)?;
    descriptors.check_room()?;
    let host = socket::accept(listener, nonblocking)?;
    let connection =
        Descriptor { host, kind: Kind::Socket, rights: Rights::CONNECTION, inheriting: Rights::NONE, preopen: None };
    descriptors.insert(connection).inspect_err(|_| files::close(host))
}

/// Receives into `buffers`.
pub(crate) fn receive(
    descriptors: &Descriptors,
    fd: u32,
    buffers: &mut [IoSliceMut<'_>],
    flags: RecvFlags,
) -> Result<Received> {
    let socket = grants::receive(&descriptors.get(fd)?)?;
    Ok(socket::receive(socket, buffers, flags)?)
}

/// Sends `buffers`; the result is how many bytes were sent.
pub(crate) fn send(descriptors: &Descriptors, fd: u32, buffers: &[IoSlice<'_>]) -> Result<usize> {
    let socket = grants::send(&descriptors.get(fd)?)?;
    Ok(socket::send(socket, buffers)?)
}

/// Ends receiving, sending or both.
pub(crate) fn shutdown(descriptors: &Descriptors, fd: u32, how: net::Shutdown) -> Result<()> {
    let socket = grants::shutdown(&descriptors.get(fd)?)?;
    Ok(socket::shutdown(socket, how)?)
}
