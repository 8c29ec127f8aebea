//! Function cells: what a reference to a function points to (see [`wasmelt_abi::FuncCell`]).

use std::{collections::BTreeMap, mem::offset_of};

use wasmelt_abi::{FUNC_CELL_BYTES, FuncCell};
use wasmelt_codegen::{CellTarget, DataSymbol, FunctionKind, Layout, i31_bits, type_number};
use wasmelt_module::{BoundFunction, InstanceIndex, Program, ProgramConst, TypeId};

use crate::{
    blob::{Blob, to_usize},
    file::{ObjectFile, Section},
    item::Item,
};

/// Alignment of cells: that of tables, so that a cell never lies in two cache lines.
pub(crate) const ALIGNMENT: u64 = 16;

/// The function cells of a program.
#[derive(Debug)]
pub(crate) struct Cells {
    /// In order of their index.
    cells: Vec<Cell>,
    indices: BTreeMap<CellTarget, u32>,
}

/// A function of which references are taken.
#[derive(Clone, Copy, Debug)]
struct Cell {
    code: FunctionKind,
    signature: u32,
    index: u32,
}

impl Cells {
    /// The cells of the layout.
    pub(crate) fn of(program: &Program, layout: &Layout) -> Cells {
        let cells = layout.func_cells.iter().zip(0..).map(|(&target, index)| {
            let (code, ty) = match target {
                CellTarget::Wasm(function) => (FunctionKind::Wasm(function), program.function_type_id(function)),
                CellTarget::Host(instance, symbol) => {
                    (FunctionKind::HostShim(instance, symbol), host_type(program, symbol))
                }
            };
            Cell { code, signature: type_number(ty), index }
        });
        Cells { cells: cells.collect(), indices: layout.func_cells.iter().copied().zip(0..).collect() }
    }

    /// Puts the element of a table of functions that `value` is in `instance`: a copy of the function's cell, or nothing
    /// for null, all of whose bytes are 0.
    pub(crate) fn put_element(&self, blob: &mut Blob, offset: usize, instance: InstanceIndex, value: ProgramConst) {
        if let ProgramConst::Function(function) = value {
            let index = self.index(instance, function);
            self.cells[to_usize(index.into())].put(blob, offset);
        }
    }

    /// Puts the reference that `value` is in `instance`: the address of the function's cell, a small integer, or nothing for
    /// null, which is 0, and for what is made at instantiation.
    pub(crate) fn put_reference(&self, blob: &mut Blob, offset: usize, instance: InstanceIndex, value: ProgramConst) {
        match value {
            ProgramConst::Function(function) => {
                let cell = u64::from(self.index(instance, function)) * FUNC_CELL_BYTES;
                blob.put_address(offset, Item::data(DataSymbol::FuncCells), cell);
            }
            ProgramConst::I31(value) => blob.put_u64(offset, i31_bits(value)),
            _ => {}
        }
    }

    /// A host function works on the memory of the instance that refers to it, so that it has a cell for each instance.
    fn index(&self, instance: InstanceIndex, function: BoundFunction) -> u32 {
        let target = match function {
            BoundFunction::Wasm(function) => CellTarget::Wasm(function),
            BoundFunction::Host(host) => CellTarget::Host(instance, host.symbol),
        };
        self.indices.get(&target).copied().expect("invariant: functions that are referred to have cells")
    }
}

impl Cell {
    fn put(self, blob: &mut Blob, offset: usize) {
        blob.put_address(offset + offset_of!(FuncCell, code), Item::function(self.code), 0);
        blob.put_u32(offset + offset_of!(FuncCell, signature), self.signature);
        blob.put_u32(offset + offset_of!(FuncCell, index), self.index);
    }
}

/// Emits the array of cells.
pub(crate) fn emit(file: &mut ObjectFile<'_>, cells: &Cells) {
    let mut blob = Blob::zeroed(cells.cells.len() * size_of::<FuncCell>());
    for (cell, at) in cells.cells.iter().zip(0..) {
        cell.put(&mut blob, at * size_of::<FuncCell>());
    }
    file.define(Section::Constants, Item::data(DataSymbol::FuncCells), blob, ALIGNMENT);
}

/// The type of the host function with `symbol`, which some instance imports.
fn host_type(program: &Program, symbol: &str) -> TypeId {
    let host = program.host_functions().find(|host| host.symbol == symbol);
    let host = host.expect("invariant: host functions that are referred to are imported");
    program.types.host_function(host).expect("invariant: an import that is bound to a host function has its type")
}

const _: () = assert!(size_of::<FuncCell>() as u64 == FUNC_CELL_BYTES);
