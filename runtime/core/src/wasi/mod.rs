//! WASI: what programs import.
//!
//! The modules here are its functions in terms of types: what they do, whichever version of WASI a program speaks. They
//! ask the gate ([`crate::grants`]) for permission and hand it to [`crate::sys`]. [`preview1`] is the layer that programs
//! see: it reads parameters out of the guest's memory, calls these functions and writes results back.

pub(crate) mod clock;
pub(crate) mod errno;
pub(crate) mod fd;
pub(crate) mod path;
pub(crate) mod poll;
pub(crate) mod preopens;
pub(crate) mod rights;
pub(crate) mod sock;
pub(crate) mod types;

// Exporting a symbol counts as unsafe: no other may have its name. There is no other unsafe code in it. The parameters are
// those of the specification.
#[allow(unsafe_code, clippy::too_many_arguments)]
mod preview1;

#[cfg(test)]
mod tests;
