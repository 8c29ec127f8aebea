//! What a module costs: sizes that stand in it, and what follows from them.

use std::time::Duration;

use wasmelt_module::{FunctionIndex, Module};
use wasmelt_targets::Architecture;

/// How many of the largest functions are named.
const LARGEST: usize = 10;

/// Sizes of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Bytes of the binary module.
    pub module_bytes: usize,
    /// Functions that it defines.
    pub functions: usize,
    /// Bytes of their bodies.
    pub code_bytes: usize,
    /// Bytes of its data segments.
    pub data_bytes: usize,
    /// Its memories, imported ones included.
    pub memories: Vec<MemorySize>,
    /// Cells of its tables at first.
    pub table_cells: u64,
    /// Whether a program of it needs the garbage collector.
    pub has_heap: bool,
    /// Its largest functions, the largest first.
    pub largest: Vec<FunctionSize>,
}

/// A memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemorySize {
    /// Its size at first, in bytes.
    pub initial_bytes: u64,
    /// The largest that it asks for, in bytes.
    pub maximum_bytes: Option<u64>,
    /// Whether its addresses have 64 bits: each access to it is checked.
    pub is_64: bool,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionSize {
    /// Its name for people.
    pub name: String,
    /// Bytes: of its body in a module, of its code in an executable.
    pub bytes: u64,
}

impl Cost {
    pub(super) fn of(module: &Module) -> Cost {
        let bodies = module.functions.iter().filter_map(|function| function.body.as_ref());
        let named = |(index, bytes)| FunctionSize { name: module.display_name(index), bytes };
        let (functions, code_bytes) = bodies.fold((0, 0), |(count, bytes), body| (count + 1, bytes + body.range.len()));
        Cost {
            module_bytes: module.bytes.len(),
            functions,
            code_bytes,
            data_bytes: module.data.iter().map(|segment| segment.range.len()).sum(),
            memories: module.memories.iter().map(|memory| memory_size(&memory.ty)).collect(),
            table_cells: module.tables.iter().map(|table| table.ty.initial).fold(0, u64::saturating_add),
            has_heap: module.facts.makes_objects,
            largest: largest_functions(module, LARGEST).into_iter().map(named).collect(),
        }
    }

    /// About how many bytes of machine code the functions become, optimised for speed.
    pub fn native_bytes(&self, architecture: Architecture) -> usize {
        // In hundredths of a byte for each of a body: from 140 to 175 on x86_64 in QuickJS, Python and Yosys.
        let hundredths = match architecture {
            Architecture::X86_64 => 160,
            Architecture::Aarch64 => 140,
        };
        self.code_bytes.saturating_mul(hundredths) / 100
    }

    /// About how long one core takes to compile the functions, optimised for speed.
    pub fn compile_time(&self) -> Duration {
        /// Bytes of bodies that a core of a server compiles in a second: from 0.9 to 1.3 million in the same programs.
        const BYTES_PER_SECOND: f64 = 1_100_000.0;
        // Rounding to f64 is far below what the rate is good for.
        Duration::from_secs_f64(self.code_bytes as f64 / BYTES_PER_SECOND)
    }
}

/// The largest functions that `module` defines, the largest first, `most` at most, with the sizes of their bodies in bytes.
pub fn largest_functions(module: &Module, most: usize) -> Vec<(FunctionIndex, u64)> {
    let bodies = module.functions.iter().enumerate().filter_map(|(at, function)| {
        let body = function.body.as_ref()?;
        // Lossless: usize to u64.
        Some((FunctionIndex::at(at), body.range.len() as u64))
    });
    let mut bodies: Vec<(FunctionIndex, u64)> = bodies.collect();
    bodies.sort_by_key(|&(index, bytes)| (std::cmp::Reverse(bytes), index));
    bodies.truncate(most);
    bodies
}

fn memory_size(ty: &wasmelt_module::MemoryType) -> MemorySize {
    // 64 KiB, unless the module says otherwise (custom page sizes).
    let page_bytes = 1u64 << ty.page_size_log2.unwrap_or(16);
    let bytes = |pages: u64| pages.saturating_mul(page_bytes);
    MemorySize { initial_bytes: bytes(ty.initial), maximum_bytes: ty.maximum.map(bytes), is_64: ty.memory64 }
}
