//! Modules that come with the workbench, so that there is something to try at the first start.

use serde::Serialize;

/// A module in the text format.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// What it is called.
    pub title: &'static str,
    /// What it shows, in one line.
    pub summary: &'static str,
    /// The name it would have as a file.
    pub file_name: &'static str,
    /// Its text.
    #[serde(skip)]
    pub text: &'static str,
}

/// All of them.
pub static SAMPLES: &[Sample] = &[Sample {
    title: "Hello",
    summary: "writes one line to standard output",
    file_name: "hello.wat",
    text: include_str!("../../../samples/hello.wat"),
}];
