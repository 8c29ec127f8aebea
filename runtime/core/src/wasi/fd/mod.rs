//! Functions of open descriptors.

pub(crate) mod attributes;
pub(crate) mod data;
pub(crate) mod directory;
pub(crate) mod numbers;
