//! The runtime that every program carries.
//!
//! In: the initial stack that the kernel gives a process, and the program's constant data (its header, trap table and
//! grants table) under the names of [`wasmelt_abi`]. Out: a running program, one line on standard error if it traps, and
//! an exit status.
//!
//! Invariants:
//!
//! - There is no libc, no allocator, no second thread and no formatting machinery. What is not needed by a program is not
//!   in its executable: each function that a program may call is a symbol of its own, and nothing names them all.
//! - Memory is described once, by the [`MemoryState`](wasmelt_abi::MemoryState)s of the program. No borrow of guest memory
//!   and no lock is held while guest code runs.
//! - The process ends in one place, [`process::exit`], and a trap leaves guest code in one place, [`trap`].
//! - Every request to reach outside goes through `grants`, which alone decides.
//!
//! Deliberately absent: `_start`, the panic handler and `memcpy` and its kin. They belong to the staticlib
//! (`runtime/start`), because this crate is also built and tested as part of an ordinary program.

#![cfg_attr(not(test), no_std)]
#![deny(unsafe_code)]

#[allow(unsafe_code)]
pub mod start;

#[allow(unsafe_code)]
mod exception;
#[allow(unsafe_code)]
mod heap;
mod line;
#[allow(unsafe_code)]
mod memory;
#[allow(unsafe_code)]
pub mod process;
#[allow(unsafe_code)]
mod program;
#[allow(unsafe_code)]
mod script;
mod stack;
#[allow(unsafe_code)]
mod table;
#[allow(unsafe_code)]
pub mod trap;
#[allow(unsafe_code)]
mod wait;

mod audit;
mod descriptors;
mod grants;
#[allow(unsafe_code)]
mod guest;
mod limits;
mod listeners;
mod wasi;

#[allow(unsafe_code)]
mod sys;
