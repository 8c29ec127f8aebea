//! Machine code: all functions, in the order in which they were compiled, in one section.

use wasmelt_codegen::{CompiledFunction, CompiledProgram};
use wasmelt_targets::Architecture;

use crate::{
    ObjectError,
    blob::to_usize,
    file::{ObjectFile, Reference, Section},
    item::Item,
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

/// Emits the code, and says where each function lies.
pub(crate) fn emit<'c>(
    file: &mut ObjectFile<'_>,
    compiled: &'c CompiledProgram,
) -> Result<Vec<PlacedFunction<'c>>, ObjectError> {
    let placed = place(&compiled.functions)?;
    let mut text =
        vec![filler(compiled.target.architecture); placed.last().map_or(0, |last| to_usize(last.end.into()))];
    let alignment = compiled.functions.iter().map(|function| function.alignment).max().unwrap_or(1);
    for PlacedFunction { function, start, end } in &placed {
        text[to_usize(u64::from(*start))..to_usize(u64::from(*end))].copy_from_slice(&function.code);
    }
    file.fill(Section::Text, text, alignment.into());
    file.define_at(Section::Text, Item::Text, 0, 0);
    for PlacedFunction { function, start, end } in &placed {
        file.define_at(Section::Text, Item::function(function.kind), u64::from(*start), u64::from(end - start));
        for relocation in &function.relocations {
            let reference = Reference {
                offset: u64::from(*start) + u64::from(relocation.offset),
                kind: relocation.kind,
                item: Item::Code(relocation.target),
                addend: relocation.addend,
            };
            file.refer(Section::Text, reference);
        }
    }
    Ok(placed)
}

fn place(functions: &[CompiledFunction]) -> Result<Vec<PlacedFunction<'_>>, ObjectError> {
    let mut placed = Vec::with_capacity(functions.len());
    let mut end = 0u64;
    for function in functions {
        let start = end.next_multiple_of(u64::from(function.alignment));
        // Lossless: usize has at most 64 bits.
        end = start + function.code.len() as u64;
        let too_large = |_| ObjectError::TooLarge { part: "code", bytes: end };
        let start = u32::try_from(start).map_err(too_large)?;
        placed.push(PlacedFunction { function, start, end: u32::try_from(end).map_err(too_large)? });
    }
    Ok(placed)
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
    use super::*;
    use crate::testing::{function, wasm};

    #[test]
    fn functions_lie_in_order_each_at_its_alignment() {
        let aligned = |index, size, alignment| CompiledFunction { alignment, ..function(wasm(index), size) };
        let functions = [aligned(0, 5, 16), aligned(1, 3, 1), aligned(2, 40, 32), aligned(3, 1, 4)];
        let places: Vec<_> = place(&functions).unwrap().iter().map(|it| (it.start, it.end)).collect();
        assert_eq!(places, [(0, 5), (5, 8), (32, 72), (72, 73)]);
    }
}
