//! Why a program is not compiled.

use wasmelt_module::{ProgramFunction, ProgramMemory, ProgramTable};

/// Why a program is not compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The compiler is at fault.
    #[error("cannot compile {name}: {message}")]
    Bug {
        /// Name of the function for people.
        name: String,
        /// The function, if it stands in a module.
        function: Option<ProgramFunction>,
        /// What went wrong.
        message: String,
    },
    /// The target's processor lacks instructions for vectors.
    #[error("{name} uses vectors, which the target's CPU level lacks instructions for")]
    NoVectors {
        /// Name of the function for people.
        name: String,
    },
    /// The address space has places for fewer memories.
    #[error("the program has {count} memories, and at most {limit} fit into the address space")]
    TooManyMemories {
        /// Memories of the program.
        count: usize,
        /// Most memories of a program.
        limit: usize,
    },
    /// A memory does not fit into the address space that a memory may have.
    #[error("a memory of {pages} pages of {page_bytes} bytes is larger than the {limit} bytes that a memory may have")]
    MemoryTooLarge {
        /// The memory.
        memory: ProgramMemory,
        /// Its initial size in pages.
        pages: u64,
        /// Bytes of a page.
        page_bytes: u64,
        /// Most bytes of a memory.
        limit: u64,
    },
    /// A table does not fit into the region for large and growable tables.
    #[error("a table of {elements} elements does not fit into the address space")]
    TableTooLarge {
        /// The table.
        table: ProgramTable,
        /// Its initial size in elements.
        elements: u64,
    },
    /// The state section would be too large to be addressed.
    #[error("globals and tables take {bytes} bytes, and at most {limit} can be addressed")]
    StateTooLarge {
        /// Bytes of the state section.
        bytes: u64,
        /// Most bytes of a state section.
        limit: u64,
    },
    /// The code generator does not know the build host's processor.
    #[error("the CPU level `native` is not available: {message}")]
    NativeCpu {
        /// Why not.
        message: String,
    },
}
