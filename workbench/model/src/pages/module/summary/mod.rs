//! What a module is, in the words of the interface. Made once, by the job that opens the module; views borrow it.

mod functions;
mod imports;
mod items;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::Serialize;
use wasmelt_driver::{Cost, Module, ModuleKind, Producer, Source};
use wasmelt_targets::Architecture;

pub use functions::{FunctionShare, Functions};
pub use imports::ImportGroup;
pub use items::{Item, ItemKind};

/// What there is to see of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The file, as the user named it.
    pub file: String,
    /// The module's name: its own, or the file's.
    pub name: String,
    /// Whether it can become a program, and if not, what it is.
    pub kind: &'static str,
    /// Size of the binary module in bytes, also if the file is a text.
    pub size: u64,
    /// How many of each kind of thing there are.
    pub counts: Counts,
    /// What it says it was written in, and the tools that made it; empty if it does not say.
    pub producers: Vec<ProducerItem>,
    /// Proposals beyond WebAssembly 1.0 that it uses.
    pub proposals: Vec<&'static str>,
    /// What compiling it will cost, roughly.
    pub estimate: Estimate,
    /// Its sections, in order.
    pub sections: Vec<SectionSize>,
    /// Imports by what they are for.
    pub imports: Vec<ImportGroup>,
    /// Exports, in order.
    pub exports: Vec<Item>,
    /// The functions that it defines.
    pub functions: Functions,
}

/// How many of each kind of thing a module has. Imported ones are counted, except where the name says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Functions with a body.
    pub defined_functions: usize,
    /// Functions without.
    pub imported_functions: usize,
    /// Memories.
    pub memories: usize,
    /// Tables.
    pub tables: usize,
    /// Globals.
    pub globals: usize,
}

/// A line of the producers section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProducerItem {
    /// `Language`, `Processed by` or `SDK`.
    pub role: String,
    /// Its name, and its version if it tells.
    pub text: String,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionSize {
    /// What it is called.
    pub name: String,
    /// Bytes of its contents.
    pub bytes: u64,
}

/// What compiling a module will cost, roughly: measured rates times its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Bytes of machine code on the host's architecture.
    pub native_bytes: u64,
    /// How long one core takes.
    pub compile_time: Duration,
}

impl Summary {
    /// The page of `module`, which was read from `source`.
    pub fn new(source: &Source, module: &Module) -> Summary {
        let analysis = wasmelt_driver::Analysis::of(module);
        let sections = module.sections().into_iter();
        Summary {
            file: source.display.clone(),
            name: module.name.clone(),
            kind: kind(analysis.kind),
            size: wide(module.bytes.len()),
            counts: counts(module),
            producers: analysis.producers.iter().map(producer).collect(),
            proposals: analysis.proposals,
            estimate: estimate(&analysis.cost),
            sections: sections.map(|section| SectionSize { name: section.name, bytes: section.bytes }).collect(),
            imports: imports::groups(module),
            exports: items::exports(module),
            functions: Functions::of(module, &analysis.cost),
        }
    }
}

fn kind(kind: ModuleKind) -> &'static str {
    match kind {
        ModuleKind::Command => "a command: it becomes a program that runs from start to end",
        ModuleKind::Reactor => "a reactor: a library with an initialisation, for another module to use",
        ModuleKind::Library => "a library: it has no start, and becomes a program only as part of another module",
    }
}

fn counts(module: &Module) -> Counts {
    let imported_functions = module.imported_functions();
    Counts {
        defined_functions: module.functions.len() - imported_functions,
        imported_functions,
        memories: module.memories.len(),
        tables: module.tables.len(),
        globals: module.globals.len(),
    }
}

fn producer(producer: &Producer) -> ProducerItem {
    let role = match producer.role.as_str() {
        "language" => "Language",
        "processed-by" => "Processed by",
        "sdk" => "SDK",
        other => other,
    };
    let text = format!("{} {}", producer.name, producer.version);
    ProducerItem { role: role.to_owned(), text: text.trim_end().to_owned() }
}

fn estimate(cost: &Cost) -> Estimate {
    let architecture = Architecture::host().unwrap_or(Architecture::X86_64);
    Estimate { native_bytes: wide(cost.native_bytes(architecture)), compile_time: cost.compile_time() }
}

/// Lossless: usize has at most 64 bits.
fn wide(count: usize) -> u64 {
    count as u64
}
