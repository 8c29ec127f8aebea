//! Host functions: what modules may import, and as which symbol the runtime defines it.
//!
//! A host function is an `extern "C" fn(memory: *mut MemoryState, …) -> …`: the calling instance's memory, null if it has
//! none, and then the parameters of the import's WebAssembly type.

use HostType::{I32, I64};

use crate::grants::family;

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

impl HostFunction {
    /// The family that the function belongs to: one of the bits of [`family`], or 0 if every program may have it.
    pub fn family(&self) -> u16 {
        family_of(self.name)
    }
}

/// The function that stands for the one that `module` and `name` import where its family is not among `families`, or
/// there are no descriptors but the standard streams.
pub fn find_granted_function(module: &str, name: &str, families: u16) -> Option<&'static HostFunction> {
    let function = find_host_function(module, name)?;
    let has_streams_only = families & (family::FILES | family::SOCKETS) == 0;
    match function.family() & !families {
        0 if has_streams_only && of_streams(name) => OF_STREAMS.iter().find(|of_streams| of_streams.name == name),
        0 => Some(function),
        _ => DENIED.iter().find(|denied| denied.name == name),
    }
}

const fn family_of(name: &str) -> u16 {
    match name.as_bytes() {
        [b'p', b'a', b't', b'h', b'_', ..] | b"fd_readdir" | b"fd_prestat_get" | b"fd_prestat_dir_name" => {
            family::FILES
        }
        [b's', b'o', b'c', b'k', b'_', ..] => family::SOCKETS,
        [b'c', b'l', b'o', b'c', b'k', b'_', ..] => family::CLOCKS,
        b"random_get" => family::RANDOM,
        _ => 0,
    }
}

/// Whether a program needs the function for its standard streams, so that one is there that knows no others.
pub const fn of_streams(name: &str) -> bool {
    matches!(name.as_bytes(), b"fd_close" | b"fd_fdstat_get" | b"fd_read" | b"fd_seek" | b"fd_write")
}

/// The families that are of any use to a program for its import of `module` and `name`: directories and sockets are for all
/// functions that take a descriptor, but those of streams.
pub fn useful_families(module: &str, name: &str) -> u16 {
    let Some(function) = find_host_function(module, name) else { return 0 };
    let takes_descriptors = name == "poll_oneoff" || ["fd_", "path_", "sock_"].iter().any(|it| name.starts_with(it));
    match takes_descriptors && !of_streams(name) {
        true => function.family() | family::FILES | family::SOCKETS,
        false => function.family(),
    }
}

macro_rules! preview_1 {
    ($($name:literal: $params:expr => $results:expr;)*) => {
        /// WASI preview 1, whole (WASI snapshot preview 1, `wasi_snapshot_preview1.witx`). Results are errno values.
        pub static WASI_PREVIEW_1: &[HostFunction] = &[$(HostFunction {
            module: "wasi_snapshot_preview1",
            name: $name,
            symbol: concat!("wasi_snapshot_preview1.", $name),
            params: &$params,
            results: &$results,
        }),*];

        /// What stands for each function where its family is not granted; of no meaning for those without a family.
        static DENIED: &[HostFunction] = &[$(HostFunction {
            module: "wasi_snapshot_preview1",
            name: $name,
            symbol: concat!("wasmelt_denied.", $name),
            params: &$params,
            results: &$results,
        }),*];

        /// What stands for each function of [`of_streams`] in a program without granted directories and sockets; of no
        /// meaning for the others.
        static OF_STREAMS: &[HostFunction] = &[$(HostFunction {
            module: "wasi_snapshot_preview1",
            name: $name,
            symbol: concat!("wasmelt_streams.", $name),
            params: &$params,
            results: &$results,
        }),*];
    };
}

preview_1! {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbols;

    #[test]
    fn every_family_is_useful_to_its_functions_and_directories_to_all_that_take_one() {
        for function in WASI_PREVIEW_1 {
            let useful = useful_families(function.module, function.name);
            assert_eq!(useful & function.family(), function.family());
        }
        let useful = |name| useful_families("wasi_snapshot_preview1", name);
        assert_eq!([useful("fd_write"), useful("proc_exit"), useful("random_get")], [0, 0, family::RANDOM]);
        assert_eq!(useful("fd_filestat_get"), family::FILES | family::SOCKETS);
    }

    #[test]
    fn what_is_not_granted_is_another_function_of_the_same_type() {
        for function in WASI_PREVIEW_1 {
            let granted = find_granted_function(function.module, function.name, family::ALL).unwrap();
            let denied = find_granted_function(function.module, function.name, 0).unwrap();
            assert_eq!(granted, function);
            assert_eq!((denied.params, denied.results), (function.params, function.results));
            let stands_for_itself = function.family() == 0 && !of_streams(function.name);
            assert_eq!(denied == function, stands_for_itself, "{}", function.name);
            assert_eq!(denied.symbol.starts_with(symbols::STREAMS_PREFIX), of_streams(function.name));
        }
    }
}
