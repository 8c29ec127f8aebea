//! WebAssembly bytes become an inert [`Module`]; modules become a [`Program`].
//!
//! Data in: the bytes of binary modules. Data out: plain structures that say what a module declares (one file for each
//! section), and how the imports of a program's instances are bound. A `Module` that exists is valid: [`Module::parse`]
//! validates every byte (WebAssembly core specification, chapter 3 "Validation").
//!
//! Invariants: every index in a `Module` is in range; every import of a `Program`'s instances is bound; binding types match.
//!
//! Deliberately absent: anything about machines, addresses or code generation. Function bodies stay bytes; code
//! generators decode them.

#![forbid(unsafe_code)]

mod calls;
mod constant;
mod error;
mod facts;
mod features;
mod index;
mod module;
mod names;
mod parse;
mod producers;
mod program;
mod proposals;
mod sections;
mod text;

pub use calls::CallGraph;
pub use constant::{ConstExpr, ConstOp, ConstValue};
pub use error::{FunctionLocation, ImportLocation, Location, ModuleError, ModuleErrorKind, ProgramError};
pub use facts::Facts;
pub use features::ACCEPTED as ACCEPTED_FEATURES;
pub use index::{
    DataIndex, ElementIndex, FunctionIndex, GlobalIndex, InstanceIndex, MemoryIndex, ModuleIndex, TableIndex, TagIndex,
    TypeId, TypeIndex,
};
pub use module::{
    BranchHint, DataSegment, ElementItems, ElementSegment, Export, ExternIndex, Function, FunctionBody, Global, Import,
    ImportType, Memory, Module, SegmentMode, Table, Tag,
};
pub use names::demangle;
pub use producers::Producer;
pub use program::{
    Binding, BoundFunction, Entry, Hosts, InitStep, Instance, Program, ProgramBuilder, ProgramConst, ProgramFunction,
    ProgramGlobal, ProgramMemory, ProgramTable, ProgramTag, ProgramType, ProgramTypes, concrete,
};
pub use sections::Section;
pub use text::TextLine;
pub use wasmparser::{
    AbstractHeapType, CompositeInnerType, FieldType, FuncType, GlobalType, HeapType, MemoryType, RefType, StorageType,
    SubType, TableType, ValType,
};
