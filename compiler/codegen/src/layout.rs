//! Where a program's data lies: the agreement between its code and the object that carries its data.
//!
//! ```text
//! state      one section, writable: memory states, table states, globals, written tables, lengths of droppable segments
//! constants  one section, read-only: function cells, tables that are never written, passive segments
//! fixed      addresses known here: memories, tables that can grow (wasmelt_targets::AddressSpace)
//! ```
//!
//! The code reaches state and constants by symbol and offset, and fixed places by number. The layout says where each thing
//! is and how big it is; what its initial contents are follows from the program.

use std::collections::BTreeMap;

use wasmelt_abi::ObjectShape;
use wasmelt_module::{
    DataIndex, ElementIndex, InstanceIndex, ProgramFunction, ProgramGlobal, ProgramMemory, ProgramTable, ProgramTag,
    StorageType,
};

/// A part of the program's data that code and data refer to by symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataSymbol {
    /// The state section, from its start.
    State,
    /// The array of function cells.
    FuncCells,
    /// The cells of a table that is never written.
    ConstantTable(ProgramTable),
    /// The cells of an element segment: as wide as those of a table of its type.
    Elements(InstanceIndex, ElementIndex),
    /// The table of ancestors.
    Ancestors,
    /// The bytes of a data segment.
    Data(InstanceIndex, DataIndex),
}

/// Where everything is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Bytes of the state section. Its alignment is 16.
    pub state_bytes: u64,
    /// Offset of the array of memory states in the state section.
    pub memory_states: u64,
    /// Memories, by number: place `k` is memory number `k`.
    pub memories: Vec<MemoryPlace>,
    /// Tables.
    pub tables: BTreeMap<ProgramTable, TablePlace>,
    /// Globals that are variables, or whose address is needed. Immutable ones are constants in the code.
    pub globals: BTreeMap<ProgramGlobal, GlobalPlace>,
    /// The heap, if the program makes objects.
    pub heap: Option<HeapLayout>,
    /// The table of ancestors.
    pub ancestors: Ancestors,
    /// Offset in the state section of the cells of element segments that hold objects.
    pub object_elements: BTreeMap<(InstanceIndex, ElementIndex), u64>,
    /// Functions of which a reference can be taken, by index of their cell.
    pub func_cells: Vec<CellTarget>,
    /// Offset in the state section of the u64 that holds the current length (in items) of a passive element segment; 0 once
    /// it is dropped. Others have none: they are dropped before any code runs.
    pub element_lengths: BTreeMap<(InstanceIndex, ElementIndex), u64>,
    /// Offset in the state section of the u64 that holds the current length (in bytes) of a passive data segment; 0 once it
    /// is dropped. Others have none: they are dropped before any code runs.
    pub data_lengths: BTreeMap<(InstanceIndex, DataIndex), u64>,
    /// How the exceptions of each tag lie, by number of the tag.
    pub tags: Vec<TagLayout>,
    /// The heap type of the exceptions of tag 0; those of the other tags follow.
    pub first_tag_heap_type: u32,
    /// Bytes of the region of growable tables that are in use.
    pub growable_tables_bytes: u64,
}

/// The heap: what the collector has to know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeapLayout {
    /// Offset in the state section of the [`HeapState`](wasmelt_abi::HeapState).
    pub state: u64,
    /// Of each type, by number.
    pub shapes: Vec<ObjectShape>,
    /// Offsets of references in objects, to which shapes lead.
    pub references: Vec<u32>,
    /// Where references are that are always alive.
    pub roots: Vec<RootPlace>,
}

/// References in a row that are always alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootPlace {
    /// So many, at an offset in the state section.
    State {
        /// The offset.
        offset: u64,
        /// How many.
        count: u64,
    },
    /// The elements of a table.
    Table(ProgramTable),
}

/// The ancestors of each type, by number (see `casts.rs`): rows of equal length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ancestors {
    /// The rows.
    pub rows: Vec<Vec<u32>>,
}

/// A function whose reference can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellTarget {
    /// A function of the program.
    Wasm(ProgramFunction),
    /// A host function, through the shim for this instance.
    Host(InstanceIndex, &'static str),
}

/// A memory's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryPlace {
    /// The memory.
    pub memory: ProgramMemory,
    /// Address of byte 0.
    pub base: u64,
    /// Initial size in bytes.
    pub initial_bytes: u64,
    /// Largest size in bytes.
    pub maximum_bytes: u64,
    /// Bytes of address space that belong to it, guard included.
    pub reserved_bytes: u64,
    /// Base-2 logarithm of the bytes of a page.
    pub page_size_log2: u8,
    /// How accesses to it are kept inside.
    pub bounds: MemoryBounds,
    /// Its initial contents, folded from the active data segments that no one can observe being copied: constant offset, in
    /// bounds, and all earlier ones of the instance folded as well. In order: a later one overwrites an earlier one.
    pub folded: Vec<DataIndex>,
}

/// How accesses to a memory are kept inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryBounds {
    /// What an access can reach beyond the memory's size is reserved, and cannot be accessed.
    Guard,
    /// Each access is checked before it happens.
    Explicit,
}

/// A table's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TablePlace {
    /// Where its cells are.
    pub storage: TableStorage,
    /// Offset in the state section of its [`TableState`](wasmelt_abi::TableState); `None` if it cannot grow, so that its
    /// length is a constant.
    pub state: Option<u64>,
    /// Initial size in cells.
    pub initial: u64,
    /// Largest size in cells; `initial` if it cannot grow.
    pub maximum: u64,
    /// Bytes of a cell.
    pub cell_bytes: u64,
    /// How many of the active element segments of the table's instance, counted over all of its tables, come before the first
    /// that can trap: those among them that are for this table are part of its initial contents, a later one on top of an
    /// earlier one. 0 for tables at fixed addresses, whose segments are copied by code.
    pub folded: usize,
}

/// Where a table's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableStorage {
    /// Never written: constants, at [`DataSymbol::ConstantTable`].
    Constant,
    /// Written, but of fixed size: at this offset in the state section.
    State(u64),
    /// Can grow, or is large and mostly empty: at this address, in zero-filled memory that holds `maximum` cells.
    Fixed(u64),
}

/// A global's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalPlace {
    /// Offset in the state section, aligned to its size.
    pub offset: u64,
}

/// How the exceptions of a tag lie on the heap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagLayout {
    /// The tag.
    pub tag: ProgramTag,
    /// What they carry, in order.
    pub fields: Vec<Place>,
    /// Bytes of an exception, its header included.
    pub bytes: u32,
}

/// Where a field of an object, or an element of an array, lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Bytes from the object's address; of element 0 in arrays.
    pub offset: u32,
    /// What is stored.
    pub storage: StorageType,
}
