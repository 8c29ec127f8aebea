//! Randomness.

use super::{Status, answer};
use crate::audit::Call;
use crate::grants;
use crate::guest::{Caller, GuestAddress};
use crate::sys::random;

/// Fills `length` bytes at `buffer` with random bytes, fit for cryptography unless a seed is granted.
///
/// Capability: randomness.
///
/// Errors: `notcapable`, `fault`.
#[unsafe(export_name = "wasi_snapshot_preview1.random_get")]
extern "C" fn random_get(mut caller: Caller, buffer: GuestAddress, length: u32) -> Status {
    answer(const { &Call::of("random_get") }, || {
        Ok(random::fill(grants::get_random()?, caller.memory().slice_mut(buffer, length as usize)?)?)
    })
}
