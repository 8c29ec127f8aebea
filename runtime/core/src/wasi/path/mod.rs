//! Functions of paths in open directories.

pub(crate) mod attributes;
pub(crate) mod names;
pub(crate) mod open;
