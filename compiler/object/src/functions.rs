//! Machine code: all functions, in the order in which they were compiled, in one section.

use wasmelt_codegen::{CompiledFunction, CompiledProgram};
use wasmelt_targets::Architecture;

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

/// Emits the code, and says where each function lies in it.
pub(crate) fn emit<'c>(
    file: &mut ObjectFile<'_>,
    compiled: &'c CompiledProgram,
    names: &FunctionNames,
) -> Result<Vec<PlacedFunction<'c>>, ObjectError> {
    let filler = filler(compiled.target.architecture);
    let mut placed = Vec::with_capacity(compiled.functions.len());
    for function in &compiled.functions {
        let (start, size) = append(file, function, names.get(function.kind), filler);
        let too_large = |_| ObjectError::TooLarge { part: "code", bytes: start + size };
        let (start, end) = (u32::try_from(start).map_err(too_large)?, u32::try_from(start + size).map_err(too_large)?);
        placed.push(PlacedFunction { function, start, end });
    }
    file.define_at(Section::Text, Item::Text, 0, 0);
    Ok(placed)
}

/// Appends `function`, up to its alignment filled with `filler`; its offset and its size.
fn append(file: &mut ObjectFile<'_>, function: &CompiledFunction, name: &str, filler: u8) -> (u64, u64) {
    // Lossless: usize has at most 64 bits.
    let (size, alignment) = (function.code.len() as u64, function.alignment.into());
    let mut bytes = function.code.clone();
    bytes.resize(bytes.len().next_multiple_of(to_usize(alignment)), filler);
    let start = file.define_function((Item::function(function.kind), name), &bytes, (size, alignment));
    for relocation in &function.relocations {
        let place = start + u64::from(relocation.offset);
        file.refer(place, relocation.kind, Item::Code(relocation.target), relocation.addend);
    }
    (start, size)
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
            let placed = emit(&mut ObjectFile::new(&target), &compiled, &names).unwrap();
            let places: Vec<_> = placed.iter().map(|it| (it.start, it.end)).collect();
            assert_eq!(places[..4], [(0, 5), (16, 20), (32, 72), (96, 97)]);
        }
    }
}
