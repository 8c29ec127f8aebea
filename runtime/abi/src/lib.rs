//! The contract between compiled programs and the runtime.
//!
//! The compiler fills these structures in for the target, the runtime reads them there. Every field has a fixed width
//! and both targets are 64-bit and little-endian, so that the layout on the build host is the layout on the target.
//! Pointers are addresses in [`u64`]s: they point into the target's address space.
//!
//! Nothing here allocates, decides or reaches outside; there are no dependencies.

#![no_std]
#![forbid(unsafe_code)]

mod bytes;
pub mod grants;
mod handler_table;
mod header;
mod heap;
mod host;
mod script;
mod state;
mod symbol;
mod system_call;
mod trap;
mod trap_table;

pub use handler_table::{HANDLER_TABLE_HEADER_BYTES, HandlerRecord, HandlerTable};
pub use header::{CPU_LEVEL_BYTES, FILTER_INSTRUCTION_BYTES, MOST_STATE_COPIED, PROGRAM_MAGIC, ProgramHeader};
pub use heap::{ANCESTOR_KIND, HeapHeader, HeapState, ObjectKind, ObjectShape, Root, StackMap};
pub use host::{
    HostFunction, HostType, WASI_PREVIEW_1, find_granted_function, find_host_function, of_streams, useful_families,
};
pub use script::{ReferentKind, SCRIPT_MAX_SLOTS, SLOT_BYTES, ScriptHeader, ScriptStep, Status};
pub use state::{
    BOUNDS_EXPLICIT, BOUNDS_GUARD, FUNC_CELL_BYTES, FuncCell, MemoryState, NULL_SIGNATURE, REFERENCE_CELL_BYTES,
    TableState,
};
pub use symbol::{sections, symbols};
pub use system_call::{ALWAYS as ALWAYS_CALLED, Needs, SystemCall, needs};
pub use trap::TrapCode;
pub use trap_table::{FunctionRecord, TRAP_TABLE_HEADER_BYTES, TrapSite, TrapTable};

/// Version of everything in this crate; a program and a runtime of different versions are not linked.
pub const ABI_VERSION: u32 = 3;
