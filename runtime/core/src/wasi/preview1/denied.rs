//! What stands where a family of functions is not granted: nothing that could reach outside.
//!
//! Each answers what the function itself would without the grant: that there is no such descriptor, that it is no
//! directory or no socket, or `notcapable`. Its parameters beyond the descriptor are not looked at.

use super::Status;
use crate::audit;
use crate::descriptors::descriptors;
use crate::guest::Caller;
use crate::wasi::errno::Errno;

fn refuse(call: &str, errno: Errno) -> Status {
    audit::refused(call);
    Status(errno as u32)
}

/// A function of directories: no descriptor is one.
#[unsafe(export_name = "wasmelt_denied_directory")]
extern "C" fn denied_directory(_caller: Caller, fd: u32) -> Status {
    refuse("path_open", descriptors().get(fd).map_or_else(|errno| errno, |_| Errno::Notdir))
}

/// A function of sockets: no descriptor is one.
#[unsafe(export_name = "wasmelt_denied_socket")]
extern "C" fn denied_socket(_caller: Caller, fd: u32) -> Status {
    refuse("sock_accept", descriptors().get(fd).map_or_else(|errno| errno, |_| Errno::Notsock))
}

/// A function that asks for a granted directory: there is none.
#[unsafe(export_name = "wasmelt_denied_preopen")]
extern "C" fn denied_preopen(_caller: Caller) -> Status {
    Status(Errno::Badf as u32)
}

/// `path_symlink`, whose descriptor is not its first parameter.
#[unsafe(export_name = "wasmelt_denied_link")]
extern "C" fn denied_link(_caller: Caller) -> Status {
    refuse("path_symlink", Errno::Notcapable)
}

/// A clock.
#[unsafe(export_name = "wasmelt_denied_clock")]
extern "C" fn denied_clock(_caller: Caller) -> Status {
    refuse("clock_time_get", Errno::Notcapable)
}

/// Randomness.
#[unsafe(export_name = "wasmelt_denied_random")]
extern "C" fn denied_random(_caller: Caller) -> Status {
    refuse("random_get", Errno::Notcapable)
}
