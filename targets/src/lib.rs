//! What Wasmelt knows about the machines it compiles for, as data.
//!
//! Names go in, facts come out: an [`Architecture`], a [`System`], the [`AddressSpace`] of its programs, its [`CpuLevel`]s. Nothing here
//! depends on a code generator, an object format or the machine that runs the compiler.

#![forbid(unsafe_code)]

mod address_space;
mod architecture;
mod cpu;
mod system;
mod target;

pub use address_space::AddressSpace;
pub use architecture::Architecture;
pub use cpu::{Cpu, CpuLevel, NATIVE};
pub use system::{ObjectFormat, System};
pub use target::{ParseTargetError, Target};
