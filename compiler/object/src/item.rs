//! What has an address.

use wasmelt_codegen::{DataSymbol, FunctionKind, SymbolRef};

/// Something in the object, or in the runtime, that has a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// What code refers to.
    Code(SymbolRef),
    /// The program header.
    Header,
    /// The first function's code.
    Text,
    /// The header of the heap.
    Heap,
    /// What the state is at first, if the runtime copies it.
    StateImage,
    /// The trap table.
    TrapTable,
    /// The handler table.
    HandlerTable,
    /// The grants table.
    Grants,
    /// The kernel's filter of system calls.
    Filter,
    /// The bytes that the runtime copies to the memory with this number.
    MemoryImage(u32),
    /// The script's header.
    Script,
    /// The script's steps.
    ScriptSteps,
    /// The slots of the arguments of the script's steps.
    ScriptArguments,
}

impl Item {
    /// A function of the program.
    pub(crate) fn function(kind: FunctionKind) -> Item {
        Item::Code(SymbolRef::Function(kind))
    }

    /// A part of the program's data.
    pub(crate) fn data(symbol: DataSymbol) -> Item {
        Item::Code(SymbolRef::Data(symbol))
    }

    /// A function of the runtime.
    pub(crate) fn runtime(symbol: &'static str) -> Item {
        Item::Code(SymbolRef::Runtime(symbol))
    }
}
