//! The command line as its users see it: files and arguments in; output, exit statuses and files out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_input;
mod batch;
mod bench;
mod bounds;
mod build;
mod cache;
mod determinism;
mod emit;
mod executable;
mod grants;
mod heap;
mod help;
mod large;
mod libraries;
mod objects;
mod oci;
mod policy;
mod project;
mod run;
mod runner;
mod sandbox;
mod support;
mod targets;
mod verify;
mod wast;
mod workbench;
