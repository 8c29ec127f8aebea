//! Modules that come with the workbench, so that there is something to try at the first start.

use serde::Serialize;
use wasmelt_driver::Source;

/// A module that comes with the workbench.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// What it is called.
    pub title: &'static str,
    /// What it shows, in one line.
    pub summary: &'static str,
    /// The name it would have as a file.
    pub file_name: &'static str,
    /// A module, binary or text.
    #[serde(skip)]
    pub bytes: &'static [u8],
}

impl Sample {
    /// The module, as if it had been read from a file.
    pub fn source(&self) -> Source {
        Source::from_bytes(self.file_name, self.bytes)
    }
}

/// All of them.
pub static SAMPLES: &[Sample] = &[
    Sample {
        title: "Hello",
        summary: "Writes one line. The smallest program, and the fastest to start.",
        file_name: "hello.wat",
        bytes: include_bytes!("../../../../samples/hello.wat"),
    },
    Sample {
        title: "Read a file",
        summary: "Wants notes.txt. Nobody has granted it a directory: see what is denied, and allow it.",
        file_name: "read_file.wat",
        bytes: include_bytes!("../../../../samples/read_file.wat"),
    },
    Sample {
        title: "Notes",
        summary: "Reads greeting.txt in its folder, and notes the visit there. Grant it a folder to read, then let it write.",
        file_name: "notes.wat",
        bytes: include_bytes!("../../../../samples/notes.wat"),
    },
    Sample {
        title: "Surroundings",
        summary: "Counts its arguments and variables, asks for the time and for a random number.",
        file_name: "surroundings.wat",
        bytes: include_bytes!("../../../../samples/surroundings.wat"),
    },
    Sample {
        title: "Fibonacci",
        summary: "Computes for a while. Compare optimisations, CPU levels and engines with it.",
        file_name: "fibonacci.wat",
        bytes: include_bytes!("../../../../samples/fibonacci.wat"),
    },
    Sample {
        title: "Trap",
        summary: "Divides by zero, three calls deep. See what a trap tells.",
        file_name: "trap.wat",
        bytes: include_bytes!("../../../../samples/trap.wat"),
    },
    Sample {
        title: "QuickJS",
        summary: "A JavaScript engine of 1.2 MB, compiled from C. Something real to build and explore.",
        file_name: "quickjs.wasm",
        bytes: include_bytes!("../../../../samples/quickjs.wasm"),
    },
];
