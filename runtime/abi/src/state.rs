//! Instance state as it lies in memory.

/// A memory: its place, its size and its limits. One for each memory of the program, in one array, in its state section.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryState {
    /// Address of byte 0; never changes.
    pub base: u64,
    /// Current size in bytes, a multiple of the page size.
    pub byte_length: u64,
    /// Largest size in bytes that `memory.grow` may reach.
    pub maximum_bytes: u64,
    /// Bytes of address space from `base` on that belong to this memory, its guard included: an access that the code
    /// generator leaves unchecked stays inside. Nothing else of the program lies there.
    pub reserved_bytes: u64,
    /// Address of the initial image's bytes if the runtime copies them; 0 if there are none, or the kernel has mapped them
    /// when the process starts.
    pub image: u64,
    /// Bytes of the image at `image`.
    pub image_bytes: u64,
    /// Offset in the memory at which a copied image goes.
    pub image_offset: u64,
    /// Base-2 logarithm of the page size in bytes: 16 or 0.
    pub page_size_log2: u16,
    /// How accesses are kept inside: [`BOUNDS_GUARD`] or [`BOUNDS_EXPLICIT`].
    pub bounds: u16,
    /// 1 if the kernel has mapped the initial size, with the image or with zeros, 0 if the runtime has to.
    pub mapped: u32,
}

/// What lies between a memory's size and the end of its reserved address space is kept free and without access.
pub const BOUNDS_GUARD: u16 = 0;

/// Each access is checked, so that nothing needs to be kept free: address space is taken as the memory grows.
pub const BOUNDS_EXPLICIT: u16 = 1;

/// A table's cells and its size.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableState {
    /// Address of cell 0; never changes.
    pub base: u64,
    /// Current size in cells.
    pub length: u64,
    /// Largest size in cells that `table.grow` may reach.
    pub maximum: u64,
    /// Bytes of a cell: [`FUNC_CELL_BYTES`] or [`REFERENCE_CELL_BYTES`].
    pub cell_bytes: u64,
}

/// The signature of a null [`FuncCell`]; no function has it.
pub const NULL_SIGNATURE: u32 = 0;

/// Bytes of a [`FuncCell`], and so of an element of a table of functions.
pub const FUNC_CELL_BYTES: u64 = 16;

/// Bytes of an element of a table of other references: the reference itself, 0 if it is null.
pub const REFERENCE_CELL_BYTES: u64 = 8;

/// A function reference in a table, and in the program's array of function cells.
///
/// A reference outside of tables is the address of a cell in that array, or 0. The array is constant and holds one cell
/// for each function of the program of which a reference can be taken, so that equal functions have equal references.
/// All bytes of a null cell are 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FuncCell {
    /// Address of the function's code; 0 if null.
    pub code: u64,
    /// The signature's number, equal for equal types in the whole program; [`NULL_SIGNATURE`] if null.
    pub signature: u32,
    /// Index of this function's cell in the program's array of function cells.
    pub index: u32,
}
