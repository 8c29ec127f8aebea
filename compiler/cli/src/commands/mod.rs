//! The subcommands, one file each.

mod bench;
mod build;
mod grant;
mod inspect;
mod learn;
mod run;
mod targets;
mod wast;

pub(crate) use bench::bench;
pub(crate) use build::build;
pub(crate) use grant::grant;
pub(crate) use inspect::inspect;
pub(crate) use learn::learn;
pub(crate) use run::run;
pub(crate) use targets::targets;
pub(crate) use wast::wast;
