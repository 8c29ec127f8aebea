//! The program that this runtime is linked with: its header, and the tables that the header points to.

use core::{ptr, slice};

use wasmelt_abi::{
    ABI_VERSION, HandlerTable, MemoryState, PROGRAM_MAGIC, ProgramHeader, TRAP_TABLE_HEADER_BYTES, TrapTable, grants,
};

unsafe extern "C" {
    /// Defined by the program; constant.
    static wasmelt_program: ProgramHeader;
}

/// The program's header.
pub(crate) fn header() -> &'static ProgramHeader {
    // SAFETY: the linker refuses a program that does not define it, and the compiler emits it as constant data.
    unsafe { &wasmelt_program }
}

/// Whether the header is one that this runtime understands. The linker checks it as well; this is for executables that
/// another linker made.
pub(crate) fn is_compatible(header: &ProgramHeader) -> bool {
    header.magic == PROGRAM_MAGIC && header.abi_version == ABI_VERSION
}

/// Makes the program's mutable state what it is at first, where the kernel has not.
///
/// # Safety
///
/// Called once, before anything uses the state.
pub(crate) unsafe fn copy_state(header: &ProgramHeader) {
    let (from, to) = (header.state_image as *const u8, header.state as *mut u8);
    if !from.is_null() {
        // SAFETY: the image is constant data of this length, and the state has room for it (ABI); nobody uses it yet.
        unsafe { ptr::copy_nonoverlapping(from, to, header.state_image_bytes as usize) };
    }
}

/// The memories of the program, in the order of their numbers.
pub(crate) fn memories() -> impl Iterator<Item = *mut MemoryState> {
    let header = header();
    let first = header.memories as *mut MemoryState;
    (0..header.memory_count as usize).map(move |index| first.wrapping_add(index))
}

/// The bytes of the grants table; empty if there is none, which grants nothing.
pub(crate) fn grants_table() -> &'static [u8] {
    let address = header().grants;
    let Some(start) = bytes(address, grants::HEADER_BYTES as u64) else { return &[] };
    let length = grants::table_bytes(start).unwrap_or(0);
    bytes(address, length as u64).unwrap_or_default()
}

/// The program's trap table, if it can be read.
pub(crate) fn trap_table() -> Option<TrapTable<'static>> {
    let header = header();
    let length = header.trap_table_bytes;
    bytes(header.trap_table, length).filter(|table| table.len() >= TRAP_TABLE_HEADER_BYTES).and_then(TrapTable::new)
}

/// The program's handler table, if it has one.
pub(crate) fn handler_table() -> Option<HandlerTable<'static>> {
    let header = header();
    bytes(header.handlers, header.handlers_bytes).and_then(HandlerTable::new)
}

/// `length` bytes of the program's constant data at `address`.
fn bytes(address: u64, length: u64) -> Option<&'static [u8]> {
    if address == 0 {
        return None;
    }
    // SAFETY: addresses in the header point to constant data of the lengths that the header and the tables state (ABI).
    Some(unsafe { slice::from_raw_parts(address as *const u8, length as usize) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program without code, memories and grants, which all unit tests are linked with.
    #[unsafe(no_mangle)]
    static wasmelt_program: ProgramHeader = ProgramHeader {
        magic: PROGRAM_MAGIC,
        abi_version: ABI_VERSION,
        memory_count: 0,
        state: 0,
        state_image: 0,
        state_image_bytes: 0,
        memories: 0,
        entry: 0,
        trap_table: 0,
        trap_table_bytes: 0,
        text: 0,
        handlers: 0,
        handlers_bytes: 0,
        grants: 0,
        stack_bytes: 1 << 20,
        growable_tables_bytes: 0,
        growable_tables: 0,
        heap: 0,
        listeners: 0,
        limits: 0,
        sandbox: 0,
        filter: 0,
        filter_instructions: 0,
        sandbox_required: 0,
        cpu_level: *b"test\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    };

    #[test]
    fn an_empty_program_grants_nothing_and_has_no_traps() {
        assert!(grants_table().is_empty());
        assert!(trap_table().is_none());
        assert_eq!(memories().count(), 0);
    }

    #[test]
    fn programs_of_another_version_are_not_compatible() {
        assert!(is_compatible(header()));
        assert!(!is_compatible(&ProgramHeader { abi_version: ABI_VERSION + 1, ..*header() }));
        assert!(!is_compatible(&ProgramHeader { magic: [0; 8], ..*header() }));
    }
}
