//! The subcommands, one file each.

mod build;
mod init;
mod run;
mod targets;
mod wast;

pub(crate) use build::build;
pub(crate) use init::{InitArgs, init};
pub(crate) use run::run;
pub(crate) use targets::targets;
pub(crate) use wast::wast;
