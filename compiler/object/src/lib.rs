//! A compiled program and its grants become a relocatable object: ELF for Linux, Mach-O for macOS, COFF for Windows.
//!
//! Data in: a [`Program`], the [`CompiledProgram`] it was compiled to, and [`ObjectOptions`]. Data out: the bytes of an
//! object file, which wasmelt-link (or any other linker, with a runtime) makes an executable. Each structure in it has a file
//! here; `format` says what sections are called where they are not ELF's:
//!
//! ```text
//! .text               functions      machine code, in the order in which it was compiled
//! .rodata.wasmelt     header         the program header, first; then what is read at every start as well:
//!                     filter         the system calls that the kernel lets the program make
//!                     state          what the state is at first, if that is little
//!                     memory_image   small initial contents of memories, which the runtime copies
//!                     heap           what the collector and casts need, where there are objects
//!                     cells          function cells
//!                     tables         tables that are never written
//!                     segments       element and data segments that instructions use
//!                     script         the calls of a test program
//! .wasmelt.state      state          all mutable state of all instances
//! .wasmelt.traps      trap_table     what a faulting instruction means
//! .wasmelt.handlers   handler_table  where calls go on that throw
//! .wasmelt.grants     grants         the grants, as they were given
//! .wasmelt.memory.*   memory_image   large initial contents of memories, which the kernel maps; if wasmelt-link links
//! ```
//!
//! Invariants: equal inputs give equal bytes; offsets are those of the compiled program's layout; numbers are laid out by
//! wasmelt-abi's types.
//!
//! Deliberately absent: code generation, addresses of anything but memories and growable tables, and what the runtime
//! defines.

#![forbid(unsafe_code)]

mod blob;
mod cells;
mod error;
mod file;
mod filter;
mod format;
mod functions;
mod grants;
mod handler_table;
mod header;
mod heap;
mod item;
mod memory_image;
mod script;
mod segments;
mod state;
mod symbols;
mod tables;
#[cfg(test)]
mod testing;
mod trap_table;

use wasmelt_codegen::CompiledProgram;
use wasmelt_module::Program;

use cells::Cells;
use filter::Filter;
use memory_image::MemoryImage;
use symbols::FunctionNames;

pub use error::ObjectError;
pub use script::ScriptCall;

/// What an object holds besides the program.
#[derive(Clone, Copy, Debug)]
pub struct ObjectOptions<'a> {
    /// The grants table, as bytes (see [`wasmelt_abi::grants`]).
    pub grants: &'a [u8],
    /// Bytes that there are for the grants table; `None` for as many as leave room for other grants.
    pub grants_room: Option<usize>,
    /// Bytes of stack the program may use.
    pub stack_bytes: u64,
    /// Most bytes that structures, arrays and exceptions may take.
    pub max_gc_heap_bytes: u64,
    /// Whether the kernel enforces what the program may do.
    pub sandbox: Sandbox,
    /// Who links the object.
    pub linker: Linker,
    /// The calls that the program makes, in order, if its entry is a script; not used otherwise.
    pub script: &'a [ScriptCall],
}

/// Whether the kernel takes from the process, before the guest's first instruction, what the program does not need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sandbox {
    /// Nothing is taken.
    Off,
    /// What the kernel is able to take.
    #[default]
    On,
    /// Everything; the program does not run on a kernel that lacks a part of it.
    Required,
}

/// Who makes a program of the object, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linker {
    /// wasmelt-link, which puts memories where they belong, with Wasmelt's runtime, which copies what is small.
    Wasmelt,
    /// Another one, of which nothing is expected but what all linkers do.
    Other,
}

/// The object file of `program`, compiled to `compiled`.
///
/// # Errors
///
/// If a part of the program is larger than its format allows, or if `compiled` is not what `program` was compiled to.
pub fn emit(
    program: &Program,
    compiled: &CompiledProgram,
    options: &ObjectOptions<'_>,
) -> Result<Vec<u8>, ObjectError> {
    let names = FunctionNames::of(program, compiled);
    let cells = Cells::of(program, &compiled.layout);
    let images = MemoryImage::of_all(program, compiled, options.linker)?;

    let (mut file, placed) = functions::emit(compiled, &names)?;
    let trap_table_bytes = trap_table::emit(&mut file, program, &placed, &names)?;
    let handlers_bytes = handler_table::emit(&mut file, &placed);
    let filter = Filter::of(&file, compiled.target.architecture, options);
    header::emit(&mut file, program, compiled, options, (trap_table_bytes, handlers_bytes), filter.as_ref());
    filter::emit(&mut file, filter);
    state::emit(&mut file, program, compiled, &cells, (&images, options.linker));
    memory_image::emit(&mut file, compiled, &images, options.linker);
    heap::emit(&mut file, compiled, &placed, options)?;
    cells::emit(&mut file, &cells);
    tables::emit(&mut file, program, compiled, &cells);
    segments::emit(&mut file, program, compiled, &cells);
    grants::emit(&mut file, options);
    script::emit(&mut file, program, options.script)?;
    file.finish()
}

#[cfg(test)]
mod tests;
