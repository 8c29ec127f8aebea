//! Open descriptors.
//!
//! The functions in [`stream`] are those that a program needs for its standard streams. They use the descriptors as they
//! are, and are linked where there are no others; all other functions, those of [`opened`] among them, see to it first that
//! the granted directories and sockets are there (see [`crate::wasi::preopens`]).

mod attributes;
mod data;
mod directory;
mod opened;
mod stream;
