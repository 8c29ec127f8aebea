//! Environment variables.

use super::{Status, answer, strings};
use crate::audit::Call;
use crate::grants;
use crate::guest::{Caller, GuestAddress};

/// Writes the variables to `buffer`, as `NAME=VALUE` with a zero byte at the end, and their addresses to `pointers` (u32
/// each).
///
/// Capability: none; the variables are those that are granted.
///
/// Errors: `fault`.
#[unsafe(export_name = "wasi_snapshot_preview1.environ_get")]
extern "C" fn environ_get(mut caller: Caller, pointers: GuestAddress, buffer: GuestAddress) -> Status {
    answer(const { &Call::of("environ_get") }, || {
        strings::write(&mut caller.memory(), grants::environment(), pointers, buffer)
    })
}

/// Writes how many variables there are to `count` (u32), and how many bytes they take, zero bytes included, to `bytes`
/// (u32).
///
/// Capability: none.
///
/// Errors: `fault`.
#[unsafe(export_name = "wasi_snapshot_preview1.environ_sizes_get")]
extern "C" fn environ_sizes_get(mut caller: Caller, count: GuestAddress, bytes: GuestAddress) -> Status {
    answer(const { &Call::of("environ_sizes_get") }, || {
        strings::write_sizes(&mut caller.memory(), grants::environment(), count, bytes)
    })
}
