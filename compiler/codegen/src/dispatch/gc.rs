//! Which function translates which operator on references and objects: one line each, no logic.

use wasmparser::Operator;

use super::atomic;
use crate::{
    function::{TranslateError, Translator},
    ops::{
        calls, control,
        gc::{array, casts, i31, structure},
        reference,
    },
};

/// Translates `operator`.
///
/// # Errors
///
/// It is of a proposal that modules are not accepted with, or the target's processor has no instructions for it.
#[rustfmt::skip]
pub(super) fn operator(t: &mut Translator<'_>, operator: &Operator<'_>) -> Result<(), TranslateError> {
    use Operator as O;
    match *operator {
        // Typed references
        O::RefAsNonNull => reference::as_non_null(t),
        O::RefEq => reference::eq(t),
        O::BrOnNull { relative_depth } => control::br_on_null(t, relative_depth),
        O::BrOnNonNull { relative_depth } => control::br_on_non_null(t, relative_depth),
        O::CallRef { type_index } => calls::call_ref(t, type_index),
        O::ReturnCallRef { type_index } => calls::return_call_ref(t, type_index),

        // Structures
        O::StructNew { struct_type_index } => structure::new(t, struct_type_index),
        O::StructNewDefault { struct_type_index } => structure::new_default(t, struct_type_index),
        O::StructGet { struct_type_index, field_index } => structure::get(t, struct_type_index, field_index, false),
        O::StructGetS { struct_type_index, field_index } => structure::get(t, struct_type_index, field_index, true),
        O::StructGetU { struct_type_index, field_index } => structure::get(t, struct_type_index, field_index, false),
        O::StructSet { struct_type_index, field_index } => structure::set(t, struct_type_index, field_index),

        // Arrays
        O::ArrayNew { array_type_index } => array::new(t, array_type_index),
        O::ArrayNewDefault { array_type_index } => array::new_default(t, array_type_index),
        O::ArrayNewFixed { array_type_index, array_size } => array::new_fixed(t, array_type_index, array_size),
        O::ArrayNewData { array_type_index, array_data_index } => array::new_data(t, array_type_index, array_data_index),
        O::ArrayNewElem { array_type_index, array_elem_index } => array::new_elem(t, array_type_index, array_elem_index),
        O::ArrayGet { array_type_index } => array::get(t, array_type_index, false),
        O::ArrayGetS { array_type_index } => array::get(t, array_type_index, true),
        O::ArrayGetU { array_type_index } => array::get(t, array_type_index, false),
        O::ArraySet { array_type_index } => array::set(t, array_type_index),
        O::ArrayLen => array::len(t),
        O::ArrayFill { array_type_index } => array::fill(t, array_type_index),
        O::ArrayCopy { array_type_index_dst, .. } => array::copy(t, array_type_index_dst),
        O::ArrayInitData { array_type_index, array_data_index } => array::init_data(t, array_type_index, array_data_index),
        O::ArrayInitElem { array_type_index, array_elem_index } => array::init_elem(t, array_type_index, array_elem_index),

        // Small integers
        O::RefI31 => i31::new(t),
        O::I31GetS => i31::get(t, true),
        O::I31GetU => i31::get(t, false),

        // Casts
        O::RefTestNonNull { hty } => casts::test(t, hty, false),
        O::RefTestNullable { hty } => casts::test(t, hty, true),
        O::RefCastNonNull { hty } => casts::cast(t, hty, false),
        O::RefCastNullable { hty } => casts::cast(t, hty, true),
        O::BrOnCast { relative_depth, to_ref_type, .. } => control::br_on_cast(t, relative_depth, to_ref_type),
        O::BrOnCastFail { relative_depth, to_ref_type, .. } => control::br_on_cast_fail(t, relative_depth, to_ref_type),
        // The bits are the same.
        O::AnyConvertExtern | O::ExternConvertAny => {}

        _ => atomic::operator(t, operator)?,
    }
    Ok(())
}
