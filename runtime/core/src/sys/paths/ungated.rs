//! Opening without confinement, for the test that the kernel alone stops it: a path is the host's, and `tcp:PORT` connects
//! to a port of this machine.

use core::net::{Ipv4Addr, SocketAddr};

use rustix::net::{self, AddressFamily, SocketType};

use super::*;

/// Opens `path` from `directory` wherever it leads.
pub(super) fn open(directory: &Granted<Open>, path: &PathBuffer, flags: OFlags) -> Option<io::Result<OwnedFd>> {
    Some(match path.as_bytes().strip_prefix(b"tcp:") {
        Some(port) => connect(port),
        None => fs::openat(directory.subject().borrow(), path.as_c_str(), flags | OFlags::CLOEXEC, mode(flags)),
    })
}

fn connect(port: &[u8]) -> io::Result<OwnedFd> {
    let port = core::str::from_utf8(port).ok().and_then(|port| port.parse().ok()).ok_or(io::Errno::INVAL)?;
    let socket = net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
    net::connect(&socket, &SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    Ok(socket)
}
