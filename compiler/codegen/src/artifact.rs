//! What code generation leaves behind: bytes, relocations, trap sites.

use serde::{Deserialize, Serialize};
use wasmelt_abi::TrapCode;
use wasmelt_module::{InstanceIndex, ProgramFunction, ProgramGlobal};
use wasmelt_targets::Target;

use crate::{DataSymbol, Layout};

/// A program in machine code.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledProgram {
    /// What the code was compiled for.
    pub target: Target,
    /// Functions, in the order in which their code is to lie in the text.
    pub functions: Vec<CompiledFunction>,
    /// Where instance state lies.
    pub layout: Layout,
}

/// A function in machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledFunction {
    /// What it is the code of.
    pub kind: FunctionKind,
    /// Machine code and constant pool.
    pub code: Vec<u8>,
    /// Alignment of `code` in bytes; a power of two.
    pub alignment: u32,
    /// Places in `code` that hold addresses, in ascending order of offset.
    pub relocations: Vec<Relocation>,
    /// Instructions that can trap, in ascending order of offset.
    pub traps: Vec<TrapPoint>,
    /// Where references to objects lie during calls, in ascending order of offset.
    pub stack_maps: Vec<StackMap>,
    /// Calls that return somewhere else if they throw, in ascending order of return address.
    pub landings: Vec<Landing>,
}

/// Where references to objects lie in a function's frame during a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackMap {
    /// Offset in the function's code to which the call returns, in bytes.
    pub offset: u32,
    /// How far the stack pointer is below the frame pointer, in bytes.
    pub frame_bytes: u32,
    /// Offsets of the references from the stack pointer, in bytes.
    pub slots: Vec<u32>,
}

/// What a compiled function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FunctionKind {
    /// A function of an instance, in the calling convention of WebAssembly functions.
    Wasm(ProgramFunction),
    /// A WebAssembly function that calls the host function with this symbol for this instance; taken as a reference, since
    /// host functions have a calling convention of their own.
    HostShim(InstanceIndex, &'static str),
    /// `wasmelt_main`: `extern "C" fn()` that initialises all instances and calls the entry.
    Main,
    /// `extern "C" fn(slots: *mut [u8; 16])` that calls a function with arguments from, and results to, the slots.
    Trampoline(ProgramFunction),
    /// The same shape, that reads a global into slot 0.
    GlobalReader(ProgramGlobal),
    /// The same shape, that runs the initialisation steps of an instance.
    Initializer(InstanceIndex),
}

/// A place in code that holds an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// Offset of the place in the function's code, in bytes.
    pub offset: u32,
    /// How the address is encoded.
    pub kind: RelocationKind,
    /// Whose address.
    pub target: SymbolRef,
    /// Added to the address.
    pub addend: i64,
}

/// How a relocation encodes its value. S: the target's address, A: the addend, P: the place's own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RelocationKind {
    /// S + A, 8 bytes.
    Absolute64,
    /// S + A − P, 4 bytes, of an x86-64 operand.
    X86Relative32,
    /// S + A − P, 4 bytes, of an x86-64 call.
    X86Call32,
    /// (S + A − P) / 4 in the 26 low bits of an aarch64 `b` or `bl`.
    Aarch64Call26,
    /// Page(S + A) − Page(P), in an aarch64 `adrp`.
    Aarch64AdrPage21,
    /// The low 12 bits of S + A, in an aarch64 `add`.
    Aarch64AddLow12,
}

/// What a relocation points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolRef {
    /// A function of the program.
    Function(FunctionKind),
    /// A part of the program's data.
    Data(DataSymbol),
    /// A function of the runtime, by its symbol: a host function or a helper of [`wasmelt_abi::symbols`].
    Runtime(&'static str),
}

/// An instruction that can trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrapPoint {
    /// Offset of the instruction in the function's code, in bytes.
    pub offset: u32,
    /// Why it traps.
    pub code: TrapCode,
    /// Byte offset of the Wasm operator in its module; 0 in functions that stand in no module.
    pub wasm_offset: u32,
}

/// A call that returns somewhere else if it throws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    /// Offset of the instruction that it returns to, in bytes.
    pub return_address: u32,
    /// Offset of the instruction that it goes on with if it throws, in bytes.
    pub handler: u32,
    /// Bytes from the stack pointer to the frame pointer, at the call and in the handler.
    pub frame_bytes: u32,
}
