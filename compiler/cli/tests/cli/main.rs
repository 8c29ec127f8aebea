//! The command line as its users see it: files and arguments in; output, exit statuses and files out.

#![expect(missing_docs, reason = "a test has no documentation")]

mod bad_input;
mod build;
mod determinism;
mod executable;
mod grants;
mod run;
mod support;
mod targets;
