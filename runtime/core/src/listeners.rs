//! The listening sockets that the program has from its start: each granted address with a port is one.
//!
//! They are opened before the sandbox is entered, in which no socket can be made, and follow the granted directories among
//! the descriptors.

use core::net::SocketAddr;

use crate::grants;
use crate::sys::files::HostFile;
use crate::sys::lock::Lock;
use crate::sys::socket;

/// How many there can be.
const MOST: usize = 16;

static OPENED: Lock<[Option<HostFile>; MOST]> = Lock::new([None; MOST]);

/// A socket that cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotListening {
    /// The port that was asked for.
    pub(crate) port: u16,
    /// Why.
    pub(crate) errno: rustix::io::Errno,
}

/// Opens the sockets.
pub(crate) fn open() -> Result<(), NotListening> {
    for (index, granted) in grants::listeners().enumerate() {
        let address: SocketAddr = *granted.subject();
        let refused = |errno| NotListening { port: address.port(), errno };
        let socket = socket::listen(granted).map_err(refused)?;
        OPENED
            .with(|opened| opened.get_mut(index).map(|place| *place = Some(socket)))
            .ok_or(refused(rustix::io::Errno::MFILE))?;
    }
    Ok(())
}

/// The sockets, in the order of their grants.
pub(crate) fn opened() -> impl Iterator<Item = HostFile> {
    OPENED.with(|opened| *opened).into_iter().flatten()
}
