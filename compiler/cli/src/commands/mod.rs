//! The subcommands, one file each.

mod bench;
mod build;
mod cache;
mod completions;
mod explain;
mod grant;
mod init;
mod inspect;
mod learn;
mod man;
mod run;
mod targets;
mod verify;
mod wast;
mod workbench;

pub(crate) use bench::bench;
pub(crate) use build::build;
pub(crate) use cache::{CacheArgs, cache};
pub(crate) use completions::{CompletionsArgs, completions};
pub(crate) use explain::{ExplainArgs, explain};
pub(crate) use grant::grant;
pub(crate) use init::{InitArgs, init};
pub(crate) use inspect::inspect;
pub(crate) use learn::learn;
pub(crate) use man::{ManArgs, man};
pub(crate) use run::run;
pub(crate) use targets::targets;
pub(crate) use verify::{VerifyArgs, verify};
pub(crate) use wast::wast;
pub(crate) use workbench::{WorkbenchArgs, workbench};
