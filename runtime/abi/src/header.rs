//! The program header: what the runtime finds first.

/// First bytes of a [`ProgramHeader`].
pub const PROGRAM_MAGIC: [u8; 8] = *b"WASMELT\0";

/// Bytes of the CPU level's name in a [`ProgramHeader`].
pub const CPU_LEVEL_BYTES: usize = 24;

/// Bytes of an instruction of a filter of system calls: `struct sock_filter` (`linux/filter.h`).
pub const FILTER_INSTRUCTION_BYTES: usize = 8;

/// Everything the runtime needs to start a program; constant data at [`symbols::PROGRAM_HEADER`](crate::symbols).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramHeader {
    /// [`PROGRAM_MAGIC`].
    pub magic: [u8; 8],
    /// [`ABI_VERSION`](crate::ABI_VERSION).
    pub abi_version: u32,
    /// How many [`MemoryState`](crate::MemoryState)s there are.
    pub memory_count: u32,
    /// Address of all mutable state.
    pub state: u64,
    /// Address of what the state is at first, which the runtime copies there; 0 if it is in the file, where it belongs. A
    /// page of zeros that is written to costs less than a page of the file that is copied because it is written to.
    pub state_image: u64,
    /// Bytes of what is copied.
    pub state_image_bytes: u64,
    /// Address of the array of memory states, which are part of the state.
    pub memories: u64,
    /// Address of the `extern "C" fn()` to run: `wasmelt_main`, or `wasmelt_run_script` in a test program.
    pub entry: u64,
    /// Address of the trap table.
    pub trap_table: u64,
    /// Bytes of the trap table.
    pub trap_table_bytes: u64,
    /// Address of the first function's code; the trap table counts from here.
    pub text: u64,
    /// Address of the handler table; 0 if no call has a handler.
    pub handlers: u64,
    /// Bytes of the handler table.
    pub handlers_bytes: u64,
    /// Address of the grants table, which tells its own length.
    pub grants: u64,
    /// Bytes of stack the program may use.
    pub stack_bytes: u64,
    /// Bytes of the region of growable tables that are in use; 0 where no table can grow.
    pub growable_tables_bytes: u64,
    /// Address of the region of growable tables.
    pub growable_tables: u64,
    /// Address of the [`HeapHeader`](crate::HeapHeader); 0 if the program makes no objects.
    pub heap: u64,
    /// Address of the function that opens the listening sockets ([`symbols::LISTENERS`](crate::symbols)); 0 if there are
    /// none.
    pub listeners: u64,
    /// Address of the function that sets the limits of [`family::LIMITS`](crate::grants::family::LIMITS)
    /// ([`symbols::LIMITS`](crate::symbols)); 0 if the program has none.
    pub limits: u64,
    /// Address of the function that enters the sandbox ([`symbols::SANDBOX`](crate::symbols) or
    /// [`symbols::SANDBOX_OF_FILES`](crate::symbols)); 0 if the program has none.
    pub sandbox: u64,
    /// Address of the kernel's filter of system calls: [`FILTER_INSTRUCTION_BYTES`] an instruction; 0 if there is none.
    pub filter: u64,
    /// Instructions of the filter.
    pub filter_instructions: u32,
    /// 1 if the program does not run where the kernel lacks a part of the sandbox, else 0.
    pub sandbox_required: u32,
    /// Name of the CPU level the program was compiled for, padded with zero bytes.
    pub cpu_level: [u8; CPU_LEVEL_BYTES],
}

/// Most bytes of state that are copied.
pub const MOST_STATE_COPIED: u64 = 1 << 10;

impl ProgramHeader {
    /// The CPU level's name.
    pub fn cpu_level_name(&self) -> &[u8] {
        self.cpu_level.split(|&byte| byte == 0).next().unwrap_or_default()
    }
}
