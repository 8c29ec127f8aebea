//! The runtime as a static library: one archive for each target, of which the linker takes what a program needs.
//!
//! In: `wasmelt-runtime`, whose exported functions are all in the archive. Added here: `_start`, what happens at a panic,
//! and the functions on bytes that compiled code and Rust itself call by name. Deliberately absent: everything that could
//! be tested in an ordinary program, which is in `wasmelt-runtime`.
//!
//! # Building
//!
//! `compiler/link` builds the archives, with
//!
//! ```text
//! cargo build --release --target x86_64-unknown-linux-gnu     RUSTFLAGS="-C relocation-model=static -C target-cpu=x86-64"
//! cargo build --release --target aarch64-unknown-linux-gnu    RUSTFLAGS="-C relocation-model=static
//!                                                                        -C target-feature=-outline-atomics"
//! ```
//!
//! - The static relocation model: code and data of a program lie below 2 GiB at addresses known to the linker, so that
//!   there is no table of addresses to fill in before the first instruction. (Memories and growable tables lie above, but
//!   are only reached through pointers.)
//! - `target-cpu=x86-64`: the runtime works on every processor, whatever the level of the program.
//! - No outlined atomics: those ask libc for the processor's features.
//! - `-C force-unwind-tables=no` may be added: nothing unwinds, and a linker may drop `.eh_frame` as well.

#![no_std]

mod bytes;
mod entry;
mod panic;
