//! How functions and symbols are written for people: in listings of CLIF and machine code, and in messages.

use std::fmt;

use wasmelt_module::InstanceIndex;

use crate::{DataSymbol, FunctionKind, SymbolRef};

impl fmt::Display for FunctionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            FunctionKind::Wasm(of) => write!(f, "function {}{}", of.function, Of(of.instance)),
            FunctionKind::HostShim(instance, symbol) => write!(f, "shim of {symbol}{}", Of(instance)),
            FunctionKind::Main => f.write_str("main"),
            FunctionKind::Trampoline(of) => write!(f, "trampoline to function {}{}", of.function, Of(of.instance)),
            FunctionKind::GlobalReader(of) => write!(f, "reader of global {}{}", of.global, Of(of.instance)),
            FunctionKind::Initializer(instance) => write!(f, "initializer{}", Of(instance)),
        }
    }
}

impl fmt::Display for DataSymbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            DataSymbol::State => f.write_str("state"),
            DataSymbol::FuncCells => f.write_str("function cells"),
            DataSymbol::Ancestors => f.write_str("ancestors"),
            DataSymbol::ConstantTable(of) => write!(f, "constant table {}{}", of.table, Of(of.instance)),
            DataSymbol::Elements(instance, segment) => write!(f, "element segment {segment}{}", Of(instance)),
            DataSymbol::Data(instance, segment) => write!(f, "data segment {segment}{}", Of(instance)),
        }
    }
}

impl fmt::Display for SymbolRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SymbolRef::Function(kind) => kind.fmt(f),
            SymbolRef::Data(symbol) => symbol.fmt(f),
            SymbolRef::Runtime(symbol) => f.write_str(symbol),
        }
    }
}

/// The instance that something belongs to.
struct Of(InstanceIndex);

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " of instance {}", self.0)
    }
}
