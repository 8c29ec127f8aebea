//! Paths. Each is given by a descriptor of the directory that it starts in, an address and a length in bytes.

mod attributes;
mod names;
mod open;
