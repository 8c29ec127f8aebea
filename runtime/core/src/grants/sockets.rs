//! What is done with a socket, and the right it takes.

use super::{Granted, socket};
use crate::descriptors::Descriptor;
use crate::wasi::errno::Result;
use crate::wasi::rights::Rights;

/// Verb: accept a connection.
pub(crate) enum Accept {}

/// Verb: receive data.
pub(crate) enum Receive {}

/// Verb: send data.
pub(crate) enum Send {}

/// Verb: end receiving or sending.
pub(crate) enum Shutdown {}

/// `sock_accept`.
pub(crate) fn accept(descriptor: &Descriptor) -> Result<Granted<Accept>> {
    socket(descriptor, Rights::SOCK_ACCEPT)
}

/// `sock_recv`.
pub(crate) fn receive(descriptor: &Descriptor) -> Result<Granted<Receive>> {
    socket(descriptor, Rights::FD_READ)
}

/// `sock_send`.
pub(crate) fn send(descriptor: &Descriptor) -> Result<Granted<Send>> {
    socket(descriptor, Rights::FD_WRITE)
}

/// `sock_shutdown`.
pub(crate) fn shutdown(descriptor: &Descriptor) -> Result<Granted<Shutdown>> {
    socket(descriptor, Rights::SOCK_SHUTDOWN)
}
