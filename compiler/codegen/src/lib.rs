//! A program becomes machine code, through Cranelift.
//!
//! Data in: a [`Program`](wasmelt_module::Program), a [`Target`](wasmelt_targets::Target) and [`Options`]. Data out: a
//! [`CompiledProgram`]: functions as bytes with relocations and trap sites, and the [`Layout`] of instance state that the
//! code relies on. Both are plain data without a type of Cranelift's in them.
//!
//! Invariants: equal inputs give equal outputs, whatever the number of threads; an address into a memory or a table is
//! formed in `bounds.rs` only; where instance state lies is known to `addressing.rs` only.
//!
//! Deliberately absent: object formats, section contents, the grants.

#![forbid(unsafe_code)]
#![warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]

// What goes in and comes out.
mod artifact;
mod cache;
mod display;
mod error;
mod layout;
mod options;

// The stages: where things lie, which functions there are, and how each is compiled.
mod anatomy;
mod compile;
mod entry;
mod isa;
mod listing;
mod plan;

// A body becomes CLIF.
mod dispatch;
mod function;
mod ops;
mod stack;

// What bodies and generated functions are made of.
mod abi;
mod access;
mod addressing;
mod bounds;
mod casts;
mod cells;
mod direct_call;
mod emitter;
mod exceptions;
mod handlers;
mod heap;
mod regions;
mod vectors;

// Cranelift's terms and ours.
mod landings;
mod relocation;
mod symbols;
mod traps;

pub use addressing::i31_bits;
pub use anatomy::{Anatomy, ClifLine, Mark, Origin, Reference, dissect};
pub use artifact::{
    CompiledFunction, CompiledProgram, FunctionKind, Landing, Relocation, RelocationKind, StackMap, SymbolRef,
    TrapPoint,
};
pub use cache::{FunctionKey, FunctionStore};
pub use compile::{assembly, clif, compile};
pub use error::CompileError;
pub use layout::{
    Ancestors, CellTarget, DataSymbol, GlobalPlace, HeapLayout, Layout, MemoryBounds, MemoryPlace, Place, RootPlace,
    TablePlace, TableStorage, TagLayout,
};
pub use listing::{Listing, list};
pub use options::{Bounds, Determinism, Optimization, Options, Progress};
pub use plan::{objects::type_number, tables::cell_bytes};
