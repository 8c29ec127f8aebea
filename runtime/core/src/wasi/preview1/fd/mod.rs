//! Open descriptors.
//!
//! The functions in [`stream`] are those that a program needs for its standard streams. They use the descriptors as they
//! are; all others see to it first that the granted directories are among them (see [`crate::wasi::preopens`]). Every
//! program learns of those directories from a function of the second kind.

mod attributes;
mod data;
mod directory;
mod stream;
