//! Machine code: all functions, in the order in which they were compiled, in one section.
//!
//! This part of the object is cranelift-object's, which knows how each object format spells the relocations of code. It
//! wants a name of its own for each symbol; those in name sections need not be. So functions are declared without names
//! and get theirs at the end.

use std::collections::BTreeMap;

use cranelift_codegen::{
    binemit::Reloc,
    ir::Signature,
    isa::{self, CallConv},
    settings,
};
use cranelift_module::{FuncOrDataId, Linkage, Module, ModuleReloc, default_libcall_names};
use cranelift_object::{ObjectBuilder, ObjectModule, ObjectProduct};
use object::write::SymbolId;
use wasmelt_codegen::{CompiledFunction, CompiledProgram, RelocationKind, SymbolRef};
use wasmelt_targets::{Architecture, Target};

use crate::{
    ObjectError,
    blob::to_usize,
    file::{ObjectFile, Section},
    item::Item,
    symbols::{self, FunctionNames},
};

/// A function and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlacedFunction<'c> {
    pub(crate) function: &'c CompiledFunction,
    /// Bytes from the start of the text.
    pub(crate) start: u32,
    /// The first byte after it.
    pub(crate) end: u32,
}

/// An object of the code alone, and where each function lies in it.
pub(crate) fn emit<'a, 'c>(
    compiled: &'c CompiledProgram,
    names: &FunctionNames,
) -> Result<(ObjectFile<'a>, Vec<PlacedFunction<'c>>), ObjectError> {
    let mut code = Code::new(&compiled.target)?;
    for function in &compiled.functions {
        code.declare_function(SymbolRef::Function(function.kind))?;
    }
    let filler = filler(compiled.target.architecture);
    for function in &compiled.functions {
        code.define(function, filler)?;
    }
    let (product, symbols) = code.finish();
    let mut file = ObjectFile::new(product.object, symbols);
    let mut placed = Vec::with_capacity(compiled.functions.len());
    for function in &compiled.functions {
        // Lossless: usize has at most 64 bits.
        let size = function.code.len() as u64;
        let start = file.finish_function(function.kind, names.get(function.kind), size);
        let too_large = |_| ObjectError::TooLarge { part: "code", bytes: start + size };
        let (start, end) = (u32::try_from(start).map_err(too_large)?, u32::try_from(start + size).map_err(too_large)?);
        placed.push(PlacedFunction { function, start, end });
    }
    file.define_at(Section::Text, Item::Text, 0, 0);
    Ok((file, placed))
}

/// Code under construction.
struct Code {
    module: ObjectModule,
    /// What the code defines or refers to.
    symbols: BTreeMap<SymbolRef, FuncOrDataId>,
}

impl Code {
    fn new(target: &Target) -> Result<Code, ObjectError> {
        let flags = settings::Flags::new(settings::builder());
        let isa = isa::lookup_by_name(target.rust_triple()).map_err(bug)?.finish(flags).map_err(bug)?;
        let builder = ObjectBuilder::new(isa, "wasmelt", default_libcall_names()).map_err(bug)?;
        Ok(Code { module: ObjectModule::new(builder), symbols: BTreeMap::new() })
    }

    fn declare_function(&mut self, symbol: SymbolRef) -> Result<(), ObjectError> {
        let id = self.module.declare_anonymous_function(&signature()).map_err(bug)?;
        self.symbols.insert(symbol, FuncOrDataId::Func(id));
        Ok(())
    }

    /// Appends the code of `function`, which is declared. Up to its alignment it is filled with `filler`.
    fn define(&mut self, function: &CompiledFunction, filler: u8) -> Result<(), ObjectError> {
        let Some(&FuncOrDataId::Func(id)) = self.symbols.get(&SymbolRef::Function(function.kind)) else {
            unreachable!("invariant: functions are declared before they are defined")
        };
        let mut relocations = Vec::with_capacity(function.relocations.len());
        for relocation in &function.relocations {
            relocations.push(ModuleReloc {
                offset: relocation.offset,
                kind: kind(relocation.kind),
                name: self.referred(relocation.target)?.into(),
                addend: relocation.addend,
            });
        }
        let mut bytes = function.code.clone();
        bytes.resize(bytes.len().next_multiple_of(to_usize(function.alignment.into())), filler);
        self.module.define_function_bytes(id, function.alignment.into(), &bytes, &relocations).map_err(bug)
    }

    /// What code refers to by `symbol`: a function of its own, or something that is defined elsewhere.
    fn referred(&mut self, symbol: SymbolRef) -> Result<FuncOrDataId, ObjectError> {
        if let Some(&id) = self.symbols.get(&symbol) {
            return Ok(id);
        }
        let name = symbols::item_name(Item::Code(symbol));
        let id = match symbol {
            SymbolRef::Function(_) => return Err(ObjectError::Undefined { symbol: name }),
            SymbolRef::Runtime(_) => {
                self.module.declare_function(&name, Linkage::Import, &signature()).map(FuncOrDataId::Func)
            }
            SymbolRef::Data(_) => {
                self.module.declare_data(&name, Linkage::Import, false, false).map(FuncOrDataId::Data)
            }
        }
        .map_err(bug)?;
        self.symbols.insert(symbol, id);
        Ok(id)
    }

    fn finish(self) -> (ObjectProduct, BTreeMap<Item, SymbolId>) {
        let product = self.module.finish();
        let symbol = |id| match id {
            FuncOrDataId::Func(id) => product.function_symbol(id),
            FuncOrDataId::Data(id) => product.data_symbol(id),
        };
        let symbols = self.symbols.into_iter().map(|(name, id)| (Item::Code(name), symbol(id))).collect();
        (product, symbols)
    }
}

/// Any signature: that of a function whose code is bytes makes no difference.
fn signature() -> Signature {
    Signature::new(CallConv::Tail)
}

fn kind(kind: RelocationKind) -> Reloc {
    match kind {
        RelocationKind::Absolute64 => Reloc::Abs8,
        RelocationKind::X86Relative32 => Reloc::X86PCRel4,
        RelocationKind::X86Call32 => Reloc::X86CallPCRel4,
        RelocationKind::Aarch64Call26 => Reloc::Arm64Call,
        RelocationKind::Aarch64AdrPage21 => Reloc::Aarch64AdrPrelPgHi21,
        RelocationKind::Aarch64AddLow12 => Reloc::Aarch64AddAbsLo12Nc,
    }
}

fn bug(error: impl std::error::Error + Send + Sync + 'static) -> ObjectError {
    ObjectError::Code(Box::new(error))
}

/// The byte between functions. Whoever gets there by mistake gets no further: it traps on x86-64, and four zero bytes are
/// no instruction on aarch64.
fn filler(architecture: Architecture) -> u8 {
    match architecture {
        Architecture::X86_64 => 0xcc,
        Architecture::Aarch64 => 0,
    }
}

#[cfg(test)]
mod tests {
    use wasmelt_codegen::Layout;

    use super::*;
    use crate::testing::{compiled, function, program, targets, wasm};

    #[test]
    fn functions_lie_in_order_each_at_its_alignment() {
        let program = program(&["(module (func) (func) (func) (func))"]);
        for target in targets() {
            let aligned = |index, size, alignment| CompiledFunction { alignment, ..function(wasm(index), size) };
            let functions = vec![aligned(0, 5, 16), aligned(1, 4, 4), aligned(2, 40, 32), aligned(3, 1, 4)];
            let compiled = compiled(target, functions, Layout::default());
            let (_, placed) = emit(&compiled, &FunctionNames::of(&program, &compiled)).unwrap();
            let places: Vec<_> = placed.iter().map(|it| (it.start, it.end)).collect();
            assert_eq!(places[..4], [(0, 5), (16, 20), (32, 72), (96, 97)]);
        }
    }
}
