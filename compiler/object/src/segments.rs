//! Element and data segments that instructions use, or that are copied when the program starts.

use std::collections::BTreeSet;

use wasmelt_codegen::{CompiledProgram, DataSymbol, SymbolRef, cell_bytes};
use wasmelt_module::{DataIndex, ElementIndex, InstanceIndex, Program};

use crate::{
    blob::{Blob, to_usize},
    cells::{self, Cells},
    file::{ObjectFile, Section},
    item::Item,
    tables,
};

/// The data that some code refers to.
pub(crate) fn used_data(compiled: &CompiledProgram) -> BTreeSet<DataSymbol> {
    let relocations = compiled.functions.iter().flat_map(|function| &function.relocations);
    let used = relocations.filter_map(|relocation| match relocation.target {
        SymbolRef::Data(symbol) => Some(symbol),
        SymbolRef::Function(_) | SymbolRef::Runtime(_) => None,
    });
    used.collect()
}

/// Emits the segments that some code refers to.
pub(crate) fn emit(file: &mut ObjectFile<'_>, program: &Program, compiled: &CompiledProgram, cells: &Cells) {
    for symbol in used_data(compiled) {
        let (blob, alignment) = match symbol {
            DataSymbol::Elements(instance, segment) => (elements(program, instance, segment, cells), cells::ALIGNMENT),
            DataSymbol::Data(instance, segment) => (data(program, instance, segment), 1),
            DataSymbol::State | DataSymbol::FuncCells | DataSymbol::Ancestors | DataSymbol::ConstantTable(_) => {
                continue;
            }
        };
        file.define(Section::Constants, Item::data(symbol), blob, alignment);
    }
}

/// The items of an element segment, in cells like those of a table of its type.
fn elements(program: &Program, instance: InstanceIndex, segment: ElementIndex, cells: &Cells) -> Blob {
    let segment = program.module(instance).element(segment);
    let items = tables::items(program, instance, segment);
    let cell_bytes = cell_bytes(program, program.reference_type(instance, segment.ty));
    let mut blob = Blob::zeroed(items.len() * to_usize(cell_bytes));
    tables::put_cells(&mut blob, 0, (instance, &items), cell_bytes, cells);
    blob
}

fn data(program: &Program, instance: InstanceIndex, segment: DataIndex) -> Blob {
    Blob { bytes: program.module(instance).data_bytes(segment).to_vec(), addresses: Vec::new() }
}
