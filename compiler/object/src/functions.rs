//! Machine code: all functions, in the order in which they were compiled, in one section.
//!
//! cranelift-object makes this part. It wants a name of its own for each symbol, where those in name sections need not be,
//! and does not know every format's relocations: so functions are declared without names, and get theirs, and their
//! relocations, when they are placed.

use cranelift_codegen::{
    ir::Signature,
    isa::{self, CallConv},
    settings,
};
use cranelift_module::{FuncId, Module, default_libcall_names};
use cranelift_object::{ObjectBuilder, ObjectModule};
use object::write::{Object, SymbolId};
use wasmelt_codegen::{CompiledFunction, CompiledProgram};
use wasmelt_targets::{Architecture, Target};

use crate::{
    ObjectError,
    blob::to_usize,
    file::{ObjectFile, Section},
    item::Item,
    symbols::FunctionNames,
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
    let filler = filler(compiled.target.architecture);
    let mut code = Code::new(&compiled.target)?;
    for function in &compiled.functions {
        code.append(function, filler)?;
    }
    let (object, symbols) = code.finish();
    let mut file = ObjectFile::new(&compiled.target, object);
    let mut placed = Vec::with_capacity(compiled.functions.len());
    for (function, symbol) in compiled.functions.iter().zip(symbols) {
        placed.push(place(&mut file, function, symbol, names)?);
    }
    file.define_at(Section::Text, Item::Text, 0, 0);
    Ok((file, placed))
}

/// Names a function of the code and adds its relocations.
fn place<'c>(
    file: &mut ObjectFile<'_>,
    function: &'c CompiledFunction,
    symbol: SymbolId,
    names: &FunctionNames,
) -> Result<PlacedFunction<'c>, ObjectError> {
    // Lossless: usize has at most 64 bits.
    let size = function.code.len() as u64;
    let start = file.name_function(Item::function(function.kind), symbol, names.get(function.kind), size);
    for relocation in &function.relocations {
        let offset = start + u64::from(relocation.offset);
        file.refer(offset, relocation.kind, Item::Code(relocation.target), relocation.addend);
    }
    let too_large = |_| ObjectError::TooLarge { part: "code", bytes: start + size };
    let (start, end) = (u32::try_from(start).map_err(too_large)?, u32::try_from(start + size).map_err(too_large)?);
    Ok(PlacedFunction { function, start, end })
}

/// Code under construction.
struct Code {
    module: ObjectModule,
    functions: Vec<FuncId>,
}

impl Code {
    fn new(target: &Target) -> Result<Code, ObjectError> {
        let flags = settings::Flags::new(settings::builder());
        let isa = isa::lookup_by_name(target.rust_triple()).map_err(bug)?.finish(flags).map_err(bug)?;
        let builder = ObjectBuilder::new(isa, "wasmelt", default_libcall_names()).map_err(bug)?;
        Ok(Code { module: ObjectModule::new(builder), functions: Vec::new() })
    }

    /// Appends the code of `function`, up to its alignment filled with `filler`.
    fn append(&mut self, function: &CompiledFunction, filler: u8) -> Result<(), ObjectError> {
        let alignment = function.alignment.into();
        let mut bytes = function.code.clone();
        bytes.resize(bytes.len().next_multiple_of(to_usize(alignment)), filler);
        let id = self.module.declare_anonymous_function(&signature()).map_err(bug)?;
        self.module.define_function_bytes(id, alignment, &bytes, &[]).map_err(bug)?;
        self.functions.push(id);
        Ok(())
    }

    /// The object, and the symbols of the functions in it, in order.
    fn finish(self) -> (Object<'static>, Vec<SymbolId>) {
        let product = self.module.finish();
        let symbols = self.functions.into_iter().map(|id| product.function_symbol(id)).collect();
        (product.object, symbols)
    }
}

/// Any signature: that of a function whose code is bytes makes no difference.
fn signature() -> Signature {
    Signature::new(CallConv::Tail)
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
            let names = FunctionNames::of(&program, &compiled);
            let (_, placed) = emit(&compiled, &names).unwrap();
            let places: Vec<_> = placed.iter().map(|it| (it.start, it.end)).collect();
            assert_eq!(places[..4], [(0, 5), (16, 20), (32, 72), (96, 97)]);
        }
    }
}
