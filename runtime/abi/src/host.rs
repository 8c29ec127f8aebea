//! Host functions: what modules may import, and as which symbol the runtime defines it.
//!
//! A host function is an `extern "C" fn(memory: *mut MemoryState, …) -> …`: the calling instance's memory, null if it has
//! none, and then the parameters of the import's WebAssembly type.

use HostType::{I32, I64};

/// A value type of a host function's parameters and results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostType {
    /// `i32`
    I32,
    /// `i64`
    I64,
}

/// A host function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostFunction {
    /// Module name of the import.
    pub module: &'static str,
    /// Field name of the import.
    pub name: &'static str,
    /// The runtime's symbol.
    pub symbol: &'static str,
    /// Parameter types.
    pub params: &'static [HostType],
    /// Result types.
    pub results: &'static [HostType],
}

/// The host function that `module` and `name` import.
pub fn find_host_function(module: &str, name: &str) -> Option<&'static HostFunction> {
    WASI_PREVIEW_1.iter().find(|function| function.module == module && function.name == name)
}

macro_rules! preview_1 {
    ($($name:literal: $params:expr => $results:expr;)*) => {
        &[$(HostFunction {
            module: "wasi_snapshot_preview1",
            name: $name,
            symbol: concat!("wasi_snapshot_preview1.", $name),
            params: &$params,
            results: &$results,
        }),*]
    };
}

/// WASI preview 1, whole (WASI snapshot preview 1, `wasi_snapshot_preview1.witx`). Results are errno values.
pub static WASI_PREVIEW_1: &[HostFunction] = preview_1! {
    "args_get": [I32, I32] => [I32];
    "args_sizes_get": [I32, I32] => [I32];
    "environ_get": [I32, I32] => [I32];
    "environ_sizes_get": [I32, I32] => [I32];
    "clock_res_get": [I32, I32] => [I32];
    "clock_time_get": [I32, I64, I32] => [I32];
    "fd_advise": [I32, I64, I64, I32] => [I32];
    "fd_allocate": [I32, I64, I64] => [I32];
    "fd_close": [I32] => [I32];
    "fd_datasync": [I32] => [I32];
    "fd_fdstat_get": [I32, I32] => [I32];
    "fd_fdstat_set_flags": [I32, I32] => [I32];
    "fd_fdstat_set_rights": [I32, I64, I64] => [I32];
    "fd_filestat_get": [I32, I32] => [I32];
    "fd_filestat_set_size": [I32, I64] => [I32];
    "fd_filestat_set_times": [I32, I64, I64, I32] => [I32];
    "fd_pread": [I32, I32, I32, I64, I32] => [I32];
    "fd_prestat_get": [I32, I32] => [I32];
    "fd_prestat_dir_name": [I32, I32, I32] => [I32];
    "fd_pwrite": [I32, I32, I32, I64, I32] => [I32];
    "fd_read": [I32, I32, I32, I32] => [I32];
    "fd_readdir": [I32, I32, I32, I64, I32] => [I32];
    "fd_renumber": [I32, I32] => [I32];
    "fd_seek": [I32, I64, I32, I32] => [I32];
    "fd_sync": [I32] => [I32];
    "fd_tell": [I32, I32] => [I32];
    "fd_write": [I32, I32, I32, I32] => [I32];
    "path_create_directory": [I32, I32, I32] => [I32];
    "path_filestat_get": [I32, I32, I32, I32, I32] => [I32];
    "path_filestat_set_times": [I32, I32, I32, I32, I64, I64, I32] => [I32];
    "path_link": [I32, I32, I32, I32, I32, I32, I32] => [I32];
    "path_open": [I32, I32, I32, I32, I32, I64, I64, I32, I32] => [I32];
    "path_readlink": [I32, I32, I32, I32, I32, I32] => [I32];
    "path_remove_directory": [I32, I32, I32] => [I32];
    "path_rename": [I32, I32, I32, I32, I32, I32] => [I32];
    "path_symlink": [I32, I32, I32, I32, I32] => [I32];
    "path_unlink_file": [I32, I32, I32] => [I32];
    "poll_oneoff": [I32, I32, I32, I32] => [I32];
    "proc_exit": [I32] => [];
    "proc_raise": [I32] => [I32];
    "sched_yield": [] => [I32];
    "random_get": [I32, I32] => [I32];
    "sock_accept": [I32, I32, I32] => [I32];
    "sock_recv": [I32, I32, I32, I32, I32, I32] => [I32];
    "sock_send": [I32, I32, I32, I32, I32] => [I32];
    "sock_shutdown": [I32, I32] => [I32];
};
