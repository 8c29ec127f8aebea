//! Exceptions as objects on the heap: the only file that knows how they lie there.
//!
//! ```text
//! 0    u32  heap type: the program's number for the tag
//! 4    u32  the collector's
//! 8    the payload, in order, each value at its natural alignment, but vectors at 8
//! ```
//!
//! A reference to an exception is its address; null is 0. An exception never changes.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, condcodes::IntCC, types};
use wasmelt_module::{ProgramTag, ValType};

use crate::{
    TagField, TagLayout,
    abi::{self, Helper},
    emitter::Emitter,
    regions::{self, Region},
};

/// Where the heap type is.
const HEAP_TYPE: i32 = 0;
/// Where the payload begins.
const PAYLOAD: u32 = 8;
/// Alignment of an exception.
const ALIGNMENT: u32 = 8;

/// How the exceptions of `tag` lie, which carry values of `types`.
pub(crate) fn layout(tag: ProgramTag, types: &[ValType]) -> TagLayout {
    let mut end = PAYLOAD;
    let fields = types.iter().map(|&ty| {
        let bytes = abi::value_type(ty).bytes();
        let offset = end.next_multiple_of(bytes.min(ALIGNMENT));
        end = offset + bytes;
        TagField { ty, offset }
    });
    let fields = fields.collect();
    TagLayout { tag, fields, bytes: end.next_multiple_of(ALIGNMENT) }
}

/// A new exception of `tag` that carries `values`.
pub(crate) fn new(e: &mut Emitter<'_>, tag: ProgramTag, values: &[Value]) -> Value {
    let plan = e.plan;
    let layout = plan.tag(tag);
    let heap_type = e.ins().iconst(types::I32, i64::from(plan.tag_heap_type(tag)));
    let bytes = e.iconst(u64::from(layout.bytes));
    let call = e.call_helper(Helper::GcAllocate, &[heap_type, bytes]);
    let exception = e.result(call);
    for (field, &value) in layout.fields.iter().zip(values) {
        let flags = flags(e, field.ty);
        e.ins().store(flags, value, exception, offset(field));
    }
    exception
}

/// The heap type of `exception`.
pub(crate) fn heap_type(e: &mut Emitter<'_>, exception: Value) -> Value {
    let flags = regions::flags(e, Region::Exceptions);
    e.ins().load(types::I32, flags, exception, HEAP_TYPE)
}

/// Whether `heap_type` is that of the exceptions of `tag`.
pub(crate) fn is_of(e: &mut Emitter<'_>, heap_type: Value, tag: ProgramTag) -> Value {
    let expected = i64::from(e.plan.tag_heap_type(tag));
    e.ins().icmp_imm_u(IntCC::Equal, heap_type, expected)
}

/// What `exception`, which is of `tag`, carries.
pub(crate) fn payload(e: &mut Emitter<'_>, tag: ProgramTag, exception: Value) -> Vec<Value> {
    let fields = &e.plan.tag(tag).fields;
    let load = |field: &TagField| {
        let flags = flags(e, field.ty);
        e.ins().load(abi::value_type(field.ty), flags, exception, offset(field))
    };
    fields.iter().map(load).collect()
}

fn flags(e: &mut Emitter<'_>, ty: ValType) -> MemFlagsData {
    let flags = regions::flags(e, Region::Exceptions);
    // 16 bytes wide, but aligned to 8.
    if ty == ValType::V128 { MemFlagsData::new().with_notrap().with_alias_region(flags.alias_region()) } else { flags }
}

fn offset(field: &TagField) -> i32 {
    i32::try_from(field.offset).expect("invariant: a function type has at most 1000 parameters")
}

#[cfg(test)]
mod tests {
    use wasmelt_module::{InstanceIndex, RefType, TagIndex};

    use super::*;

    #[test]
    fn values_lie_in_order_at_their_alignment() {
        let tag = ProgramTag { instance: InstanceIndex(0), tag: TagIndex(0) };
        let reference = ValType::Ref(RefType::EXTERNREF);
        let types = [ValType::I32, ValType::I64, ValType::F32, ValType::V128, ValType::F32, reference, ValType::F32];
        let layout = layout(tag, &types);
        let offsets: Vec<_> = layout.fields.iter().map(|field| field.offset).collect();
        assert_eq!(offsets, [8, 16, 24, 32, 48, 56, 64]);
        assert_eq!(layout.bytes, 72);
        assert_eq!(super::layout(tag, &[]).bytes, 8);
    }
}
