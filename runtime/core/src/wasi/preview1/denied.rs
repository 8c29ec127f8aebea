//! What stands where a family of functions is not granted: nothing that could reach outside.
//!
//! Each answers what the function itself would without the grant: that there is no such descriptor, that it is no
//! directory or no socket, or `notcapable`. Its parameters beyond the descriptor are not looked at.

use super::Status;
use crate::audit::{self, Call};
use crate::descriptors::descriptors;
use crate::guest::Caller;
use crate::wasi::errno::Errno;

/// Functions that answer a number, those that begin with a descriptor, which is `of` the wrong kind, and the others.
macro_rules! denied {
    ($($symbol:literal $name:ident of $errno:ident;)*) => {
        $(
            #[unsafe(export_name = $symbol)]
            extern "C" fn $name(_caller: Caller, fd: u32) -> Status {
                refuse(const { &Call::of(stringify!($name)) }, wrong(fd, Errno::$errno))
            }
        )*
    };
    ($($symbol:literal $name:ident is $errno:ident;)*) => {
        $(
            #[unsafe(export_name = $symbol)]
            extern "C" fn $name(_caller: Caller) -> Status {
                refuse(const { &Call::of(stringify!($name)) }, Errno::$errno)
            }
        )*
    };
}

denied! {
    "wasmelt_denied.path_create_directory" path_create_directory of Notdir;
    "wasmelt_denied.path_filestat_get" path_filestat_get of Notdir;
    "wasmelt_denied.path_filestat_set_times" path_filestat_set_times of Notdir;
    "wasmelt_denied.path_link" path_link of Notdir;
    "wasmelt_denied.path_open" path_open of Notdir;
    "wasmelt_denied.path_readlink" path_readlink of Notdir;
    "wasmelt_denied.path_remove_directory" path_remove_directory of Notdir;
    "wasmelt_denied.path_rename" path_rename of Notdir;
    "wasmelt_denied.path_unlink_file" path_unlink_file of Notdir;
    "wasmelt_denied.fd_readdir" fd_readdir of Notdir;
    "wasmelt_denied.sock_accept" sock_accept of Notsock;
    "wasmelt_denied.sock_recv" sock_recv of Notsock;
    "wasmelt_denied.sock_send" sock_send of Notsock;
    "wasmelt_denied.sock_shutdown" sock_shutdown of Notsock;
}

denied! {
    "wasmelt_denied.fd_prestat_get" fd_prestat_get is Badf;
    "wasmelt_denied.fd_prestat_dir_name" fd_prestat_dir_name is Badf;
    "wasmelt_denied.path_symlink" path_symlink is Notcapable;
    "wasmelt_denied.clock_res_get" clock_res_get is Notcapable;
    "wasmelt_denied.clock_time_get" clock_time_get is Notcapable;
    "wasmelt_denied.random_get" random_get is Notcapable;
}

/// What is wrong with `fd`: it is not open, or it is of another kind.
fn wrong(fd: u32, kind: Errno) -> Errno {
    descriptors().get(fd).map_or_else(|errno| errno, |_| kind)
}

fn refuse(call: &'static Call, errno: Errno) -> Status {
    audit::done(call, Some(Errno::Notcapable));
    Status(errno as u32)
}
