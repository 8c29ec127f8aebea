//! Objects that are there when an instance's code begins to run: those of its globals, tables and element segments
//! (WebAssembly core specification, section 4.5.4 "Instantiation").

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use wasmelt_abi::REFERENCE_CELL_BYTES;
use wasmelt_module::{
    ConstExpr, ConstOp, ElementIndex, GlobalIndex, InstanceIndex, ProgramConst, ProgramGlobal, ProgramTable, TypeIndex,
};

use crate::{
    abi::Helper,
    addressing,
    cells::{self, CellKind},
    emitter::Emitter,
    heap,
    plan::objects,
};

/// Makes what `instance` starts with.
pub(super) fn make(e: &mut Emitter<'_>, instance: InstanceIndex) {
    let module = e.plan.program.module(instance);
    for (at, global) in module.globals.iter().enumerate() {
        let global_index = ProgramGlobal { instance, global: GlobalIndex::at(at) };
        let Some(init) = global.init.as_ref().filter(|init| is_dynamic(e, instance, init)) else { continue };
        let value = evaluate(e, instance, init);
        addressing::global_set(e, global_index, value);
    }
    for table in e.plan.program.tables().filter(|table| table.instance == instance) {
        fill_table(e, table);
    }
    for segment in (0..module.elements.len()).map(ElementIndex::at) {
        if e.plan.layout.object_elements.contains_key(&(instance, segment)) {
            fill_segment(e, instance, segment);
        }
    }
}

fn fill_table(e: &mut Emitter<'_>, table: ProgramTable) {
    let init = e.plan.program.module(table.instance).tables[table.table.index()].init.as_ref();
    let Some(init) = init.filter(|init| is_dynamic(e, table.instance, init)) else { return };
    let reference = evaluate(e, table.instance, init);
    let cell = cells::address_of(e, CellKind::Reference, reference);
    let base = addressing::table_base(e, table);
    let (count, cell_bytes) = (e.iconst(e.plan.table(table).initial), e.iconst(REFERENCE_CELL_BYTES));
    e.call_helper(Helper::TableFill, &[base, count, cell, cell_bytes]);
}

fn fill_segment(e: &mut Emitter<'_>, instance: InstanceIndex, segment: ElementIndex) {
    let items = e.plan.program.module(instance).element(segment).items.expressions();
    for (item, at) in items.iter().zip(0u64..) {
        let value = evaluate(e, instance, item);
        let cells = addressing::element_cells(e, instance, segment);
        let cell = e.ins().iadd_imm_s(cells, (at * REFERENCE_CELL_BYTES).cast_signed());
        cells::store(e, CellKind::Reference, (cell, MemFlagsData::trusted()), value);
    }
}

fn is_dynamic(e: &Emitter<'_>, instance: InstanceIndex, expression: &ConstExpr) -> bool {
    e.plan.program.evaluate(instance, expression) == ProgramConst::Dynamic
}

/// The value of `expression`. Its operators are those of [`ConstOp`], its operands known to the collector.
fn evaluate(e: &mut Emitter<'_>, instance: InstanceIndex, expression: &ConstExpr) -> Value {
    let mut stack = Vec::new();
    for op in &expression.ops {
        let value = operator(e, instance, *op, &mut stack);
        stack.push(value);
    }
    pop(&mut stack)
}

fn operator(e: &mut Emitter<'_>, instance: InstanceIndex, op: ConstOp, stack: &mut Vec<Value>) -> Value {
    match op {
        ConstOp::Value(_) => {
            let value = e.plan.program.evaluate(instance, &ConstExpr { ops: vec![op] });
            addressing::constant(e, instance, value)
        }
        ConstOp::GlobalGet(global) => {
            let global = e.plan.program.global(instance, global);
            addressing::global_get(e, global)
        }
        ConstOp::I32Add | ConstOp::I64Add => {
            let (left, right) = pop2(stack);
            e.ins().iadd(left, right)
        }
        ConstOp::I32Sub | ConstOp::I64Sub => {
            let (left, right) = pop2(stack);
            e.ins().isub(left, right)
        }
        ConstOp::I32Mul | ConstOp::I64Mul => {
            let (left, right) = pop2(stack);
            e.ins().imul(left, right)
        }
        ConstOp::RefI31 => {
            let value = pop(stack);
            heap::small_integer(e, value)
        }
        // The bits are the same.
        ConstOp::Convert => pop(stack),
        ConstOp::StructNew(ty) | ConstOp::StructNewDefault(ty) => structure(e, instance, (op, ty), stack),
        ConstOp::ArrayNew(ty) | ConstOp::ArrayNewDefault(ty) => array(e, instance, (op, ty), stack),
        ConstOp::ArrayNewFixed { ty, length } => fixed_array(e, instance, ty, length, stack),
    }
}

fn structure(
    e: &mut Emitter<'_>,
    instance: InstanceIndex,
    (op, ty): (ConstOp, TypeIndex),
    stack: &mut Vec<Value>,
) -> Value {
    let program = e.plan.program;
    let (places, bytes) = objects::structure(&program.module(instance).ty(ty).unwrap_struct().fields);
    let values: Vec<_> = match op {
        ConstOp::StructNew(_) => stack.split_off(stack.len() - places.len()),
        _ => places.iter().map(|place| heap::zero(e, objects::stored(place.storage))).collect(),
    };
    heap::new_structure(e, objects::type_number(program.type_id(instance, ty)), (&places, bytes), &values)
}

fn array(
    e: &mut Emitter<'_>,
    instance: InstanceIndex,
    (op, ty): (ConstOp, TypeIndex),
    stack: &mut Vec<Value>,
) -> Value {
    let program = e.plan.program;
    let place = objects::array(program.module(instance).ty(ty).unwrap_array().0);
    let length = pop(stack);
    let value = match op {
        ConstOp::ArrayNew(_) => pop(stack),
        _ => heap::zero(e, objects::stored(place.storage)),
    };
    heap::new_array(e, objects::type_number(program.type_id(instance, ty)), place, length, value)
}

fn fixed_array(
    e: &mut Emitter<'_>,
    instance: InstanceIndex,
    ty: TypeIndex,
    length: u32,
    stack: &mut Vec<Value>,
) -> Value {
    let program = e.plan.program;
    let place = objects::array(program.module(instance).ty(ty).unwrap_array().0);
    // Lossless: u32 to usize.
    let values = stack.split_off(stack.len() - length as usize);
    heap::new_fixed_array(e, objects::type_number(program.type_id(instance, ty)), place, &values)
}

fn pop(stack: &mut Vec<Value>) -> Value {
    stack.pop().expect("invariant: a valid constant expression does not underflow its stack")
}

fn pop2(stack: &mut Vec<Value>) -> (Value, Value) {
    let upper = pop(stack);
    (pop(stack), upper)
}
