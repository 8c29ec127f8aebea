//! What the tests of several crates share: tools that a machine may lack, ledgers of known failures, and random input that a
//! seed reproduces.
//!
//! A test that needs such a tool asks for it here. Without the tool it says so and counts as skipped; where everything is
//! to be installed, in continuous integration (`CI` is set), the lack is a failure.

#![forbid(unsafe_code)]

mod ledger;
mod mutate;
mod random;

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
};

pub use ledger::Ledger;
pub use mutate::mutate;
pub use random::Random;

/// The first of the programs `names` that is on the search path.
///
/// Without one of them the lack is printed, naming `purpose`, and the caller is to return: the test is skipped.
///
/// # Panics
///
/// If none is there and the environment variable `CI` is set.
pub fn require_tool(names: &[&str], purpose: &str) -> Option<PathBuf> {
    let found = names.iter().find_map(|name| find_program(name));
    if found.is_none() {
        skip(&format!("{} is not installed: {purpose}", names.join(" or ")));
    }
    found
}

/// Says that a test is skipped, and why.
///
/// # Panics
///
/// If the environment variable `CI` is set: there a skip is a failure.
pub fn skip(reason: &str) {
    assert!(env::var_os("CI").is_none(), "skipped in continuous integration: {reason}");
    // Not `eprintln!`, whose output the test harness keeps to itself when a test passes.
    let _ = writeln!(io::stderr(), "skipped: {reason}");
}

fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}
