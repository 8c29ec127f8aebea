//! How the page measures.

use std::{ffi::OsString, path::PathBuf};

use serde::Serialize;
use wasmelt_benches::{
    laboratory::Request,
    startup::{PageCache, Plan},
};
use wasmelt_driver::Source;

/// Rounds that are not recorded.
const WARM_UP: usize = 5;

/// What the user decides. Text fields are as they are typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// How often each is measured.
    pub rounds: usize,
    /// The same program as a native executable; empty if there is none.
    pub native: String,
    /// The program's arguments, parted by spaces.
    pub arguments: String,
    /// The folders in which rivals are looked for, as in `PATH`; empty for those of `PATH`.
    pub search: String,
    /// Whether everything runs on one processor.
    pub pinned: bool,
    /// Whether files are dropped from memory before each run.
    pub cold: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            rounds: 100,
            native: String::new(),
            arguments: String::new(),
            search: String::new(),
            pinned: true,
            cold: false,
        }
    }
}

impl Settings {
    /// Most rounds: a sample of each candidate in each round is kept.
    pub const MOST_ROUNDS: usize = 5000;

    /// What the laboratory is asked for.
    pub(crate) fn request(&self, source: &Source) -> Request {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Request {
            source: source.clone(),
            arguments: self.arguments.split_whitespace().map(OsString::from).collect(),
            native: given(&self.native).map(PathBuf::from),
            plan: Plan {
                warm_up: WARM_UP,
                rounds: self.rounds,
                page_cache: if self.cold { PageCache::Cold } else { PageCache::Warm },
            },
            pin: self.pinned,
            search: given(&self.search).map(OsString::from),
        }
    }
}
