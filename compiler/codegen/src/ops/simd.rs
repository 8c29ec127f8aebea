//! Vectors (WebAssembly core specification, section 4.4.3 "Vector Instructions"). None of them traps but for what accesses
//! memory.
//!
//! Names of lanes are Cranelift's: `I16X8` is `i16x8`.

pub(crate) mod bitwise;
pub(crate) mod convert;
pub(crate) mod lanes;
pub(crate) mod lanewise;
pub(crate) mod memory;
pub(crate) mod pseudo;
pub(crate) mod reduce;
pub(crate) mod relaxed;
pub(crate) mod shuffle;
pub(crate) mod widening;
