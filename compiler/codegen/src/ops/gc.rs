//! Garbage-collected objects: one family of operators = one file.

pub(crate) mod array;
pub(crate) mod casts;
pub(crate) mod i31;
pub(crate) mod structure;
