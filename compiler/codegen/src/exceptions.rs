//! Exceptions as objects on the heap (`plan/objects.rs`): like structures, with the values that they carry as fields, and of
//! a type that stands for their tag. A reference to an exception is its address; null is 0. An exception never changes.

use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC};
use wasmelt_module::ProgramTag;

use crate::{emitter::Emitter, heap};

/// A new exception of `tag` that carries `values`.
pub(crate) fn new(e: &mut Emitter<'_>, tag: ProgramTag, values: &[Value]) -> Value {
    let plan = e.plan;
    let layout = plan.tag(tag);
    heap::new_structure(e, plan.tag_heap_type(tag), (&layout.fields, layout.bytes), values)
}

/// The heap type of `exception`.
pub(crate) fn heap_type(e: &mut Emitter<'_>, exception: Value) -> Value {
    heap::type_number(e, exception)
}

/// Whether `heap_type` is that of the exceptions of `tag`.
pub(crate) fn is_of(e: &mut Emitter<'_>, heap_type: Value, tag: ProgramTag) -> Value {
    let expected = i64::from(e.plan.tag_heap_type(tag));
    e.ins().icmp_imm_u(IntCC::Equal, heap_type, expected)
}

/// What `exception`, which is of `tag`, carries.
pub(crate) fn payload(e: &mut Emitter<'_>, tag: ProgramTag, exception: Value) -> Vec<Value> {
    let plan = e.plan;
    let fields = plan.tag(tag).fields.iter();
    let load = |&field| {
        // It is not null.
        let at = heap::present_field(e, exception, field);
        let value = heap::load(e, at, field.storage, false);
        e.trace_typed(value, field.storage.unpack());
        value
    };
    fields.map(load).collect()
}
