//! The names that both sides of the link agree on.

/// Symbols.
pub mod symbols {
    /// The program's [`ProgramHeader`](crate::ProgramHeader); defined by the program.
    pub const PROGRAM_HEADER: &str = "wasmelt_program";
    /// `extern "C" fn()`: initialises the instances and calls the program's entry; defined by the program.
    pub const PROGRAM_MAIN: &str = "wasmelt_main";
    /// The [`ScriptHeader`](crate::ScriptHeader) of a test program; defined by the program.
    pub const SCRIPT_HEADER: &str = "wasmelt_script";
    /// `extern "C" fn()`: runs the test script; defined by the runtime.
    pub const RUN_SCRIPT: &str = "wasmelt_run_script";
    /// First instruction of the process; defined by the runtime.
    pub const START: &str = "_start";
    /// `extern "C" fn(header: u64, bytes: u64) -> u64`: the address of a new object of so many bytes, a multiple of 8, that
    /// begins with `header`; the rest of it has no values yet. Called by WebAssembly functions only, whose frames it reads.
    pub const GC_ALLOCATE: &str = "wasmelt_gc_allocate";
    /// `extern "C" fn(*mut MemoryState, delta_pages: u64) -> i64`: `memory.grow`, the old size in pages or −1.
    pub const MEMORY_GROW: &str = "wasmelt_memory_grow";
    /// The same for a memory whose accesses are checked ([`BOUNDS_EXPLICIT`](crate::BOUNDS_EXPLICIT)).
    pub const MEMORY_EXTEND: &str = "wasmelt_memory_extend";
    /// `extern "C" fn(address: *const u32, count: u32) -> u32`: `memory.atomic.notify`, how many threads were woken.
    pub const MEMORY_NOTIFY: &str = "wasmelt_memory_notify";
    /// `extern "C" fn(address: *const u32, expected: u32, timeout_ns: i64) -> u32`: `memory.atomic.wait32`, 0 if woken, 1 if
    /// another value was there, 2 if the time is over. A negative timeout is none.
    pub const MEMORY_WAIT32: &str = "wasmelt_memory_wait32";
    /// `extern "C" fn(address: *const u64, expected: u64, timeout_ns: i64) -> u32`: `memory.atomic.wait64`, likewise.
    pub const MEMORY_WAIT64: &str = "wasmelt_memory_wait64";
    /// `extern "C" fn(*mut TableState, delta: u64, cell: *const u8) -> i64`: `table.grow`, the old size or −1. `cell` is
    /// the address of the cell that fills the new elements.
    pub const TABLE_GROW: &str = "wasmelt_table_grow";
    /// `extern "C" fn(first: *mut u8, count: u64, cell: *const u8, cell_bytes: u64)`: fills `count` cells from `first`.
    pub const TABLE_FILL: &str = "wasmelt_table_fill";
    /// `extern "C" fn(to: *mut u8, from: *const u8, bytes: u64) -> *mut u8`: copies, the ranges may overlap.
    pub const MEMORY_MOVE: &str = "memmove";
    /// `extern "C" fn(to: *mut u8, byte: i32, bytes: u64) -> *mut u8`: fills.
    pub const MEMORY_SET: &str = "memset";

    /// `extern "C" fn(exception: *const u8, is_new: u32) -> !`: goes on in the handler of the innermost call that has one, or
    /// traps. `is_new` is 1 if the exception has just been made, 0 if it was thrown before.
    pub const THROW: &str = "wasmelt_throw";

    /// `extern "C" fn()`: opens the program's listening sockets; defined by the runtime.
    pub const LISTENERS: &str = "wasmelt_listeners";
    /// `extern "C" fn()`: sets the program's limits of time, open files and output; defined by the runtime.
    pub const LIMITS: &str = "wasmelt_limits";
    /// `extern "C" fn()`: has the kernel take from the process what the program does not need; defined by the runtime. For
    /// programs without any directory or file, for which the filter of system calls is enough.
    pub const SANDBOX: &str = "wasmelt_sandbox";
    /// The same for programs with directories or files, and for those that can be given some.
    pub const SANDBOX_OF_FILES: &str = "wasmelt_sandbox_of_files";

    /// Prefix of the symbols that stand for host functions whose family is not granted; the function's name follows.
    pub const DENIED_PREFIX: &str = "wasmelt_denied.";
    /// Prefix of the symbols of host functions that know no descriptors but the standard streams; the name follows.
    pub const STREAMS_PREFIX: &str = "wasmelt_streams.";

    /// What the runtime defines besides host functions: the start of the process, and what programs refer to.
    pub const RUNTIME: [&str; 17] = [
        START,
        RUN_SCRIPT,
        LISTENERS,
        LIMITS,
        SANDBOX,
        SANDBOX_OF_FILES,
        GC_ALLOCATE,
        MEMORY_GROW,
        MEMORY_EXTEND,
        MEMORY_NOTIFY,
        MEMORY_WAIT32,
        MEMORY_WAIT64,
        TABLE_GROW,
        TABLE_FILL,
        MEMORY_MOVE,
        MEMORY_SET,
        THROW,
    ];
}

/// Sections of relocatable objects and executables.
pub mod sections {
    /// Machine code of the program's functions.
    pub const TEXT: &str = ".text";
    /// All mutable state of all instances: globals, memory and table states, tables that are written but cannot grow,
    /// lengths of droppable segments.
    pub const STATE: &str = ".wasmelt.state";
    /// Constants: first the program header, then function cells, tables that are never written, segments.
    pub const CONSTANTS: &str = ".rodata.wasmelt";
    /// The PC→trap table.
    pub const TRAPS: &str = ".wasmelt.traps";
    /// The handlers of calls that throw.
    pub const HANDLERS: &str = ".wasmelt.handlers";
    /// The grants table.
    pub const GRANTS: &str = ".wasmelt.grants";
    /// What the executable was made of, as text; not loaded.
    pub const ORIGIN: &str = ".wasmelt.origin";
    /// Prefix of the sections that hold a memory's initial contents, mapped by the kernel; the memory's number follows in
    /// decimal, then a dot and the offset in the memory in hexadecimal.
    pub const MEMORY_PREFIX: &str = ".wasmelt.memory.";
}
