//! Calling conventions: what functions look like from the outside.
//!
//! WebAssembly functions call each other in Cranelift's `tail` convention. Host functions and the runtime's helpers are
//! `extern "C"`, which is another convention for each platform, and so is what the runtime calls. A host function has one parameter more than its import, in front: the
//! address of the calling instance's memory state, 0 if it has no memory.

use cranelift_codegen::{
    ir::{AbiParam, Signature, Type, types},
    isa::{CallConv, TargetIsa},
};
use wasmelt_abi::{HostFunction, HostType, symbols};
use wasmelt_module::{FuncType, ValType};

use crate::vectors::V128;

/// The type of addresses, and of references.
pub(crate) const ADDRESS: Type = types::I64;

/// The convention of `extern "C"` functions on the platform.
pub(crate) fn extern_c(isa: &dyn TargetIsa) -> CallConv {
    isa.default_call_conv()
}

/// What a value of `ty` is in CLIF.
pub(crate) fn value_type(ty: ValType) -> Type {
    match ty {
        ValType::I32 => types::I32,
        ValType::I64 => types::I64,
        ValType::F32 => types::F32,
        ValType::F64 => types::F64,
        ValType::V128 => V128,
        ValType::Ref(_) => ADDRESS,
    }
}

/// What values of `types` are in CLIF.
pub(crate) fn value_types(types: &[ValType]) -> Vec<Type> {
    types.iter().copied().map(value_type).collect()
}

/// The signature of a WebAssembly function of type `ty`.
pub(crate) fn wasm_signature(ty: &FuncType) -> Signature {
    signature(CallConv::Tail, value_types(ty.params()), value_types(ty.results()))
}

/// The signature of a host function.
pub(crate) fn host_signature(host: &HostFunction, c: CallConv) -> Signature {
    let params = host.params.iter().copied().map(host_type);
    let results = host.results.iter().copied().map(host_type);
    signature(c, std::iter::once(ADDRESS).chain(params), results)
}

/// What a call of `signature` results in.
pub(crate) fn return_types(signature: &Signature) -> Vec<Type> {
    signature.returns.iter().map(|result| result.value_type).collect()
}

/// `extern "C" fn()`
pub(crate) fn main_signature(c: CallConv) -> Signature {
    Signature::new(c)
}

/// `extern "C" fn(slots: *mut [u8; 16])`
pub(crate) fn slots_signature(c: CallConv) -> Signature {
    signature(c, [ADDRESS], [])
}

/// A function of the runtime that code calls for what takes more than a few instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Helper {
    GcAllocate,
    MemoryGrow,
    MemoryExtend,
    MemoryNotify,
    MemoryWait32,
    MemoryWait64,
    TableGrow,
    TableFill,
    MemoryMove,
    MemorySet,
    Throw,
}

impl Helper {
    /// Its symbol, whose documentation says what it does.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Helper::GcAllocate => symbols::GC_ALLOCATE,
            Helper::MemoryGrow => symbols::MEMORY_GROW,
            Helper::MemoryExtend => symbols::MEMORY_EXTEND,
            Helper::MemoryNotify => symbols::MEMORY_NOTIFY,
            Helper::MemoryWait32 => symbols::MEMORY_WAIT32,
            Helper::MemoryWait64 => symbols::MEMORY_WAIT64,
            Helper::TableGrow => symbols::TABLE_GROW,
            Helper::TableFill => symbols::TABLE_FILL,
            Helper::MemoryMove => symbols::MEMORY_MOVE,
            Helper::MemorySet => symbols::MEMORY_SET,
            Helper::Throw => symbols::THROW,
        }
    }

    /// Its signature.
    pub(crate) fn signature(self, c: CallConv) -> Signature {
        use types::{I32, I64};
        let (params, results): (&[Type], &[Type]) = match self {
            Helper::GcAllocate => (&[I64, I64], &[ADDRESS]),
            Helper::MemoryGrow | Helper::MemoryExtend => (&[ADDRESS, I64], &[I64]),
            Helper::MemoryNotify => (&[ADDRESS, I32], &[I32]),
            Helper::MemoryWait32 => (&[ADDRESS, I32, I64], &[I32]),
            Helper::MemoryWait64 => (&[ADDRESS, I64, I64], &[I32]),
            Helper::TableGrow => (&[ADDRESS, I64, ADDRESS], &[I64]),
            Helper::TableFill => (&[ADDRESS, I64, ADDRESS, I64], &[]),
            Helper::MemoryMove => (&[ADDRESS, ADDRESS, I64], &[ADDRESS]),
            Helper::MemorySet => (&[ADDRESS, I32, I64], &[ADDRESS]),
            Helper::Throw => (&[ADDRESS, I32], &[]),
        };
        signature(c, params.iter().copied(), results.iter().copied())
    }
}

fn signature(
    convention: CallConv,
    params: impl IntoIterator<Item = Type>,
    results: impl IntoIterator<Item = Type>,
) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.extend(params.into_iter().map(AbiParam::new));
    signature.returns.extend(results.into_iter().map(AbiParam::new));
    signature
}

fn host_type(ty: HostType) -> Type {
    match ty {
        HostType::I32 => types::I32,
        HostType::I64 => types::I64,
    }
}
