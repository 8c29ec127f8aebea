//! The heap of a program that makes objects: what compiled code and the collector agree on.
//!
//! A reference has 64 bits. 0 is null; the lowest bit is that of an `i31`, whose value stands above it; the lowest two bits
//! are `10` in a value of the host; any other is the address of an object, which begins with the number of its type.

/// Everything that the runtime has to know of the heap; constant data, to which the program header leads.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapHeader {
    /// Address of the [`HeapState`].
    pub state: u64,
    /// Most bytes that objects may take.
    pub maximum_bytes: u64,
    /// Address of the [`ObjectShape`]s, by number of the type.
    pub shapes: u64,
    /// Address of the offsets of references in objects, u32s, to which shapes lead.
    pub references: u64,
    /// Address of the [`Root`]s.
    pub roots: u64,
    /// How many roots there are.
    pub root_count: u64,
    /// Address of the [`StackMap`]s, by ascending offset.
    pub stack_maps: u64,
    /// How many stack maps there are.
    pub stack_map_count: u64,
    /// Address of the offsets of references in frames, u32s, to which stack maps lead.
    pub slots: u64,
    /// Bytes of compiled code, from the program header's `text` on.
    pub text_bytes: u64,
}

/// Where the next object goes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapState {
    /// Address of the next object; a multiple of 8.
    pub next: u64,
    /// The first address at which there is no room for objects.
    pub end: u64,
}

/// What kind of object a type is one of.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// Of none.
    None = 0,
    /// A structure.
    Struct = 1,
    /// An array, with its length in the second half of the header.
    Array = 2,
    /// An exception.
    Exception = 3,
}

/// What the collector has to know of a type.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectShape {
    /// The [`ObjectKind`].
    pub kind: u32,
    /// Bytes of an object, header included, a multiple of 8; of arrays the bytes of an element.
    pub bytes: u32,
    /// Position of the first offset of a reference.
    pub first_reference: u32,
    /// How many references there are; of arrays 1 if the elements are references.
    pub reference_count: u32,
}

/// References in a row that are always alive.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// Address of the first.
    pub address: u64,
    /// How many there are, unless `length_at` says otherwise.
    pub length: u64,
    /// Address of their number, a u64; 0 if it never changes.
    pub length_at: u64,
}

/// Where references lie in the frame of a function during a call.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackMap {
    /// Where the call returns to, in bytes from the start of compiled code.
    pub return_offset: u32,
    /// How far the stack pointer is below the frame pointer.
    pub frame_bytes: u32,
    /// Position of the first offset, which counts from the stack pointer.
    pub first_slot: u32,
    /// How many references there are.
    pub slot_count: u32,
}

/// In a row of the table of ancestors: the position of the [`ObjectKind`].
pub const ANCESTOR_KIND: u32 = 0;
