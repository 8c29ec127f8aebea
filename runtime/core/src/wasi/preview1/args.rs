//! Command-line arguments.

use super::{Status, answer, strings};
use crate::audit::Call;
use crate::grants;
use crate::guest::{Caller, GuestAddress};

/// Writes the arguments to `buffer`, each with a zero byte at its end, and their addresses to `pointers` (u32 each).
///
/// Capability: none. There is always an argument 0, which is empty unless a program name is granted; the others are those
/// that are granted.
///
/// Errors: `fault`.
#[unsafe(export_name = "wasi_snapshot_preview1.args_get")]
extern "C" fn args_get(mut caller: Caller, pointers: GuestAddress, buffer: GuestAddress) -> Status {
    answer(const { &Call::of("args_get") }, || {
        strings::write(&mut caller.memory(), grants::arguments(), pointers, buffer)
    })
}

/// Writes how many arguments there are to `count` (u32), and how many bytes they take, zero bytes included, to `bytes`
/// (u32).
///
/// Capability: none.
///
/// Errors: `fault`.
#[unsafe(export_name = "wasi_snapshot_preview1.args_sizes_get")]
extern "C" fn args_sizes_get(mut caller: Caller, count: GuestAddress, bytes: GuestAddress) -> Status {
    answer(const { &Call::of("args_sizes_get") }, || {
        strings::write_sizes(&mut caller.memory(), grants::arguments(), count, bytes)
    })
}
