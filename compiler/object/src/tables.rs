//! Initial contents of tables: what each is initialised with, and the active element segments that are part of it.

use wasmelt_abi::FUNC_CELL_BYTES;
use wasmelt_codegen::{CompiledProgram, DataSymbol, SymbolRef, TablePlace};
use wasmelt_module::{
    ConstExpr, ElementItems, ElementSegment, InstanceIndex, Program, ProgramConst, ProgramTable, SegmentMode,
};

use crate::{
    blob::{Blob, to_usize},
    cells::{self, Cells},
    file::{ObjectFile, Section},
    item::Item,
    segments,
};

/// Emits the tables that are never written and that some code uses.
pub(crate) fn emit(file: &mut ObjectFile<'_>, program: &Program, compiled: &CompiledProgram, cells: &Cells) {
    for symbol in segments::used_data(compiled) {
        let DataSymbol::ConstantTable(table) = symbol else { continue };
        let Some(place) = compiled.layout.tables.get(&table) else { continue };
        let mut blob = Blob::zeroed(to_usize(place.initial * place.cell_bytes));
        put_contents(&mut blob, 0, program, (table, place), cells);
        file.define(Section::Constants, Item::Code(SymbolRef::Data(symbol)), blob, cells::ALIGNMENT);
    }
}

/// Puts the initial contents of a table at `offset`.
pub(crate) fn put_contents(
    blob: &mut Blob,
    offset: usize,
    program: &Program,
    (table, place): (ProgramTable, &TablePlace),
    cells: &Cells,
) {
    put_cells(blob, offset, (table.instance, &contents(program, table, place)), place.cell_bytes, cells);
}

/// The initial contents of a table.
fn contents(program: &Program, table: ProgramTable, place: &TablePlace) -> Vec<ProgramConst> {
    let instance = table.instance;
    let module = program.module(instance);
    let init = module.tables[table.table.index()].init.as_ref();
    let init = init.map_or(ProgramConst::Null, |init| program.evaluate(instance, init));
    let mut contents = vec![init; to_usize(place.initial)];
    let active = module.elements.iter().filter_map(|segment| match &segment.mode {
        SegmentMode::Active { target, offset } => Some((segment, *target, offset)),
        _ => None,
    });
    for (segment, target, offset) in active.take(place.folded) {
        if program.table(instance, target) == table {
            let items = items(program, instance, segment);
            let start = to_usize(unsigned(program.evaluate(instance, offset)));
            contents[start..][..items.len()].copy_from_slice(&items);
        }
    }
    contents
}

/// The items of an element segment.
pub(crate) fn items(program: &Program, instance: InstanceIndex, segment: &ElementSegment) -> Vec<ProgramConst> {
    match &segment.items {
        ElementItems::Functions(functions) => {
            let value = |&function| ProgramConst::Function(program.function(instance, function));
            functions.iter().map(value).collect()
        }
        ElementItems::Expressions(expressions) => {
            let value = |expression: &ConstExpr| program.evaluate(instance, expression);
            expressions.iter().map(value).collect()
        }
    }
}

/// Puts cells of a table, or of an element segment, one behind the other.
pub(crate) fn put_cells(
    blob: &mut Blob,
    offset: usize,
    (instance, values): (InstanceIndex, &[ProgramConst]),
    cell_bytes: u64,
    cells: &Cells,
) {
    let places = (offset..).step_by(to_usize(cell_bytes));
    for (&value, at) in values.iter().zip(places) {
        match cell_bytes {
            FUNC_CELL_BYTES => cells.put_element(blob, at, instance, value),
            _ => cells.put_reference(blob, at, instance, value),
        }
    }
}

/// The value of an offset, which is unsigned.
pub(crate) fn unsigned(value: ProgramConst) -> u64 {
    match value {
        ProgramConst::I32(value) => u64::from(value.cast_unsigned()),
        ProgramConst::I64(value) => value.cast_unsigned(),
        value => unreachable!("invariant: a valid segment's offset is an integer, not {value:?}"),
    }
}
