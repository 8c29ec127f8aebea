//! Sockets.

use core::net::SocketAddr;

use rustix::io::{self, IoSlice, IoSliceMut};
use rustix::net::{
    self, AddressFamily, RecvAncillaryBuffer, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendFlags, SocketFlags,
    SocketType,
};

use crate::grants::{Accept, Granted, Listen, Receive, Send, Shutdown};
use crate::sys::files::HostFile;

/// What was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// How many bytes.
    pub(crate) bytes: usize,
    /// Whether the message was longer.
    pub(crate) truncated: bool,
}

/// Makes a socket that listens on the granted address.
pub(crate) fn listen(granted: Granted<Listen, SocketAddr>) -> io::Result<HostFile> {
    /// Connections that may wait to be accepted.
    const BACKLOG: i32 = 128;
    let address = *granted.subject();
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = net::socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    net::sockopt::set_socket_reuseaddr(&socket, true)?;
    net::bind(&socket, &address)?;
    net::listen(&socket, BACKLOG)?;
    HostFile::adopt(socket)
}

/// Waits for a connection to a listening socket. The new socket does not block if `nonblocking`.
pub(crate) fn accept(socket: Granted<Accept>, nonblocking: bool) -> io::Result<HostFile> {
    let blocking = if nonblocking { SocketFlags::NONBLOCK } else { SocketFlags::empty() };
    HostFile::adopt(net::accept_with(socket.subject().borrow(), SocketFlags::CLOEXEC | blocking)?)
}

/// Receives into `buffers`. What comes beside the data, descriptors among it, is thrown away by the kernel.
pub(crate) fn receive(
    socket: Granted<Receive>,
    buffers: &mut [IoSliceMut<'_>],
    flags: RecvFlags,
) -> io::Result<Received> {
    let mut nothing = RecvAncillaryBuffer::default();
    let message = net::recvmsg(socket.subject().borrow(), buffers, &mut nothing, flags)?;
    Ok(Received { bytes: message.bytes, truncated: message.flags.contains(ReturnFlags::TRUNC) })
}

/// Sends `buffers`; the result is how many bytes were sent. A closed connection is an error, not a signal.
pub(crate) fn send(socket: Granted<Send>, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
    let mut nothing = SendAncillaryBuffer::default();
    net::sendmsg(socket.subject().borrow(), buffers, &mut nothing, SendFlags::NOSIGNAL)
}

/// Ends receiving, sending or both.
pub(crate) fn shutdown(socket: Granted<Shutdown>, how: net::Shutdown) -> io::Result<()> {
    net::shutdown(socket.subject().borrow(), how)
}
