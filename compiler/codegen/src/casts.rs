//! Whether a reference has a type (WebAssembly core specification, section 4.4.2 "Reference Instructions", `ref.test`).
//!
//! An object and a function's cell begin with the number of their type. A type without subtypes is one comparison; for
//! others the table of ancestors says whether the type stands in the row of that number:
//!
//! ```text
//! ancestors[number][1 + depth of the type] = number of the type
//! ```

use cranelift_codegen::ir::{BlockArg, InstBuilder, Value, condcodes::IntCC, types};
use wasmelt_abi::ANCESTOR_KIND;
use wasmelt_abi::ObjectKind;
use wasmelt_module::{AbstractHeapType as Abstract, HeapType, TypeIndex};

use crate::{
    addressing, cells,
    emitter::Emitter,
    function::Translator,
    heap,
    plan::objects,
    regions::{self, Region},
};

/// A type that references are tested for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    test: Test,
    nullable: bool,
}

/// What has to hold of a reference that is not null.
#[derive(Clone, Copy, Debug)]
enum Test {
    Always,
    Never,
    I31,
    /// Not a value of the host.
    Eq,
    /// An object of this kind.
    Kind(ObjectKind),
    Object(Concrete),
    Function(Concrete),
}

/// A type of the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Concrete {
    number: u32,
    /// Where it stands in the rows of its subtypes; `None` if it has none.
    column: Option<u32>,
}

impl Target {
    /// Of the module's type `ty`, with null or without.
    pub(crate) fn of(t: &Translator<'_>, ty: HeapType, nullable: bool) -> Target {
        let kind = t.module.abstract_type(ty);
        let test = match ty {
            HeapType::Concrete(index) | HeapType::Exact(index) => {
                let index = index.as_module_index().expect("invariant: a module refers to its types by index");
                let concrete = Concrete::of(t, TypeIndex(index));
                if kind == Abstract::Func { Test::Function(concrete) } else { Test::Object(concrete) }
            }
            HeapType::Abstract { .. } => match kind {
                Abstract::Func | Abstract::Extern | Abstract::Any | Abstract::Exn | Abstract::Cont => Test::Always,
                Abstract::None | Abstract::NoExtern | Abstract::NoFunc | Abstract::NoExn | Abstract::NoCont => {
                    Test::Never
                }
                Abstract::I31 => Test::I31,
                Abstract::Eq => Test::Eq,
                Abstract::Struct => Test::Kind(ObjectKind::Struct),
                Abstract::Array => Test::Kind(ObjectKind::Array),
            },
        };
        Target { test, nullable }
    }
}

impl Concrete {
    /// Type `ty` of the module.
    pub(crate) fn of(t: &Translator<'_>, ty: TypeIndex) -> Concrete {
        let program = t.emitter.plan.program;
        let id = program.type_id(t.instance, ty);
        let depth = program.types.get(id).chain.len();
        let column = u32::try_from(depth).expect("invariant: a type has at most 64 ancestors");
        // A final type has no subtypes.
        let column = (!program.types.get(id).definition.is_final).then_some(column);
        Concrete { number: objects::type_number(id), column }
    }
}

/// 1 if `reference` has the type `target`, else 0; 8-bit.
pub(crate) fn test(e: &mut Emitter<'_>, reference: Value, target: Target) -> Value {
    match (target.test, target.nullable) {
        (Test::Always, true) => return e.ins().iconst(types::I8, 1),
        (Test::Always, false) => return e.ins().icmp_imm_u(IntCC::NotEqual, reference, 0),
        (Test::Never, true) => return e.ins().icmp_imm_u(IntCC::Equal, reference, 0),
        (Test::Never, false) => return e.ins().iconst(types::I8, 0),
        // Null has no tag.
        (Test::I31, false) => {
            let bit = e.ins().band_imm_s(reference, 1);
            return e.ins().icmp_imm_u(IntCC::NotEqual, bit, 0);
        }
        _ => {}
    }
    let done = e.builder.create_block();
    let result = e.builder.append_block_param(done, types::I8);
    let if_null = e.ins().iconst(types::I8, i64::from(target.nullable));
    let not_null = e.builder.create_block();
    e.ins().brif(reference, not_null, &[], done, &[BlockArg::from(if_null)]);
    e.builder.seal_block(not_null);
    e.builder.switch_to_block(not_null);

    let holds = test_not_null(e, reference, target.test, done);
    e.ins().jump(done, &[BlockArg::from(holds)]);
    e.builder.seal_block(done);
    e.builder.switch_to_block(done);
    result
}

/// The same of `reference`, which is not null. Where it cannot have the type, control may go to `done` with 0.
fn test_not_null(e: &mut Emitter<'_>, reference: Value, test: Test, done: cranelift_codegen::ir::Block) -> Value {
    match test {
        Test::Always => e.ins().iconst(types::I8, 1),
        Test::Never => e.ins().iconst(types::I8, 0),
        Test::I31 => {
            let bit = e.ins().band_imm_s(reference, 1);
            e.ins().icmp_imm_u(IntCC::NotEqual, bit, 0)
        }
        Test::Eq => {
            let tag = heap::tag(e, reference);
            e.ins().icmp_imm_u(IntCC::NotEqual, tag, 0b10)
        }
        Test::Kind(kind) => {
            let number = object_number(e, reference, done);
            let actual = ancestor(e, number, ANCESTOR_KIND);
            e.ins().icmp_imm_u(IntCC::Equal, actual, i64::from(kind as u32))
        }
        Test::Object(concrete) => {
            let number = object_number(e, reference, done);
            is_subtype(e, number, concrete)
        }
        Test::Function(concrete) => {
            let number = cells::signature(e, reference);
            is_subtype(e, number, concrete)
        }
    }
}

/// 1 if the type with `number`, 32-bit, is `ancestor` or a subtype of it, else 0; 8-bit.
pub(crate) fn is_subtype(e: &mut Emitter<'_>, number: Value, concrete: Concrete) -> Value {
    let found = match concrete.column {
        Some(column) => ancestor(e, number, column),
        None => number,
    };
    e.ins().icmp_imm_u(IntCC::Equal, found, i64::from(concrete.number))
}

/// Whether `concrete` has subtypes.
pub(crate) fn has_subtypes(e: &Emitter<'_>, concrete: Concrete) -> bool {
    concrete.column.is_some() && e.plan.has_subtypes()
}

/// The kind of object that `reference` is the address of, as a [`ObjectKind`] in 64 bits; 0 if it is not one.
pub(crate) fn object_kind(e: &mut Emitter<'_>, reference: Value) -> Value {
    let done = e.builder.create_block();
    let result = e.builder.append_block_param(done, types::I32);
    let none = e.ins().iconst(types::I32, 0);
    let not_null = e.builder.create_block();
    e.ins().brif(reference, not_null, &[], done, &[BlockArg::from(none)]);
    e.builder.seal_block(not_null);
    e.builder.switch_to_block(not_null);
    let tag = heap::tag(e, reference);
    let object = e.builder.create_block();
    e.ins().brif(tag, done, &[BlockArg::from(none)], object, &[]);
    e.builder.seal_block(object);
    e.builder.switch_to_block(object);
    let number = heap::type_number(e, reference);
    let kind = ancestor(e, number, ANCESTOR_KIND);
    e.ins().jump(done, &[BlockArg::from(kind)]);
    e.builder.seal_block(done);
    e.builder.switch_to_block(done);
    e.widen(result)
}

/// The number of the type of the object that `reference` is; goes to `done` with 0 if it is not one.
fn object_number(e: &mut Emitter<'_>, reference: Value, done: cranelift_codegen::ir::Block) -> Value {
    let tag = heap::tag(e, reference);
    let no = e.ins().iconst(types::I8, 0);
    let object = e.builder.create_block();
    e.ins().brif(tag, done, &[BlockArg::from(no)], object, &[]);
    e.builder.seal_block(object);
    e.builder.switch_to_block(object);
    heap::type_number(e, reference)
}

/// What stands at `column` of the row of `number`, a type of the program.
fn ancestor(e: &mut Emitter<'_>, number: Value, column: u32) -> Value {
    let table = addressing::ancestors(e);
    let row_bytes = e.plan.ancestor_row_bytes();
    let number = e.widen(number);
    let offset = e.ins().imul_imm_s(number, i64::from(row_bytes));
    let row = e.ins().iadd(table, offset);
    let flags = regions::flags(e, Region::Constants);
    let displacement = i32::try_from(column * 4).expect("invariant: a type has at most 64 ancestors");
    e.ins().load(types::I32, flags, row, displacement)
}
