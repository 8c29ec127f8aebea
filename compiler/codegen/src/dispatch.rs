//! Which function translates which operator: one line each, no logic.

mod atomic;
mod gc;
mod simd;

use cranelift_codegen::ir::{
    Opcode,
    condcodes::{FloatCC, IntCC},
    types::{F32, F64, I8, I16, I32, I64},
};
use wasmparser::Operator;

use crate::{
    function::{TranslateError, Translator},
    ops::{
        bulk_memory, calls, control, convert, float, integer, memory, reference, rounding, table, variables,
        wide_arithmetic,
    },
};

/// Translates `operator`.
///
/// # Errors
///
/// It is of a proposal that modules are not accepted with, or the target's processor has no instructions for it.
#[rustfmt::skip]
pub(crate) fn operator(t: &mut Translator<'_>, operator: &Operator<'_>) -> Result<(), TranslateError> {
    use Operator as O;
    match *operator {
        // Control
        O::Unreachable => control::unreachable(t),
        O::Nop => {}
        O::Block { blockty } => control::block(t, blockty),
        O::Loop { blockty } => control::loop_(t, blockty),
        O::If { blockty } => control::if_(t, blockty),
        O::Else => control::else_(t),
        O::End => control::end(t),
        O::Br { relative_depth } => control::br(t, relative_depth),
        O::BrIf { relative_depth } => control::br_if(t, relative_depth),
        O::BrTable { ref targets } => control::br_table(t, targets)?,
        O::Return => control::return_(t),

        // Exceptions
        O::Throw { tag_index } => control::throw(t, tag_index),
        O::ThrowRef => control::throw_ref(t),
        O::TryTable { ref try_table } => control::try_table(t, try_table),
        O::Try { blockty } => control::try_(t, blockty),
        O::Catch { tag_index } => control::catch(t, tag_index),
        O::CatchAll => control::catch_all(t),
        O::Delegate { relative_depth } => control::delegate(t, relative_depth),
        O::Rethrow { relative_depth } => control::rethrow(t, relative_depth),

        // Calls
        O::Call { function_index } => calls::call(t, function_index),
        O::CallIndirect { type_index, table_index } => calls::call_indirect(t, type_index, table_index),
        O::ReturnCall { function_index } => calls::return_call(t, function_index),
        O::ReturnCallIndirect { type_index, table_index } => calls::return_call_indirect(t, type_index, table_index),

        // Variables and operands
        O::Drop => variables::drop(t),
        O::Select => variables::select(t),
        O::TypedSelect { ty } => variables::typed_select(t, ty),
        O::LocalGet { local_index } => variables::local_get(t, local_index),
        O::LocalSet { local_index } => variables::local_set(t, local_index),
        O::LocalTee { local_index } => variables::local_tee(t, local_index),
        O::GlobalGet { global_index } => variables::global_get(t, global_index),
        O::GlobalSet { global_index } => variables::global_set(t, global_index),

        // Memory
        O::I32Load { ref memarg } => memory::load(t, memarg, Opcode::Load, I32),
        O::I64Load { ref memarg } => memory::load(t, memarg, Opcode::Load, I64),
        O::F32Load { ref memarg } => memory::load(t, memarg, Opcode::Load, F32),
        O::F64Load { ref memarg } => memory::load(t, memarg, Opcode::Load, F64),
        O::I32Load8S { ref memarg } => memory::load(t, memarg, Opcode::Sload8, I32),
        O::I32Load8U { ref memarg } => memory::load(t, memarg, Opcode::Uload8, I32),
        O::I32Load16S { ref memarg } => memory::load(t, memarg, Opcode::Sload16, I32),
        O::I32Load16U { ref memarg } => memory::load(t, memarg, Opcode::Uload16, I32),
        O::I64Load8S { ref memarg } => memory::load(t, memarg, Opcode::Sload8, I64),
        O::I64Load8U { ref memarg } => memory::load(t, memarg, Opcode::Uload8, I64),
        O::I64Load16S { ref memarg } => memory::load(t, memarg, Opcode::Sload16, I64),
        O::I64Load16U { ref memarg } => memory::load(t, memarg, Opcode::Uload16, I64),
        O::I64Load32S { ref memarg } => memory::load(t, memarg, Opcode::Sload32, I64),
        O::I64Load32U { ref memarg } => memory::load(t, memarg, Opcode::Uload32, I64),
        O::I32Store { ref memarg } => memory::store(t, memarg, Opcode::Store),
        O::I64Store { ref memarg } => memory::store(t, memarg, Opcode::Store),
        O::F32Store { ref memarg } => memory::store(t, memarg, Opcode::Store),
        O::F64Store { ref memarg } => memory::store(t, memarg, Opcode::Store),
        O::I32Store8 { ref memarg } => memory::store(t, memarg, Opcode::Istore8),
        O::I32Store16 { ref memarg } => memory::store(t, memarg, Opcode::Istore16),
        O::I64Store8 { ref memarg } => memory::store(t, memarg, Opcode::Istore8),
        O::I64Store16 { ref memarg } => memory::store(t, memarg, Opcode::Istore16),
        O::I64Store32 { ref memarg } => memory::store(t, memarg, Opcode::Istore32),
        O::MemorySize { mem } => memory::size(t, mem),
        O::MemoryGrow { mem } => memory::grow(t, mem),
        O::MemoryCopy { dst_mem, src_mem } => bulk_memory::copy(t, dst_mem, src_mem),
        O::MemoryFill { mem } => bulk_memory::fill(t, mem),
        O::MemoryInit { data_index, mem } => bulk_memory::init(t, data_index, mem),
        O::DataDrop { data_index } => bulk_memory::data_drop(t, data_index),

        // Tables and references
        O::TableGet { table } => table::get(t, table),
        O::TableSet { table } => table::set(t, table),
        O::TableSize { table } => table::size(t, table),
        O::TableGrow { table } => table::grow(t, table),
        O::TableFill { table } => table::fill(t, table),
        O::TableCopy { dst_table, src_table } => table::copy(t, dst_table, src_table),
        O::TableInit { elem_index, table } => table::init(t, elem_index, table),
        O::ElemDrop { elem_index } => table::elem_drop(t, elem_index),
        O::RefNull { .. } => reference::null(t),
        O::RefIsNull => reference::is_null(t),
        O::RefFunc { function_index } => reference::func(t, function_index),

        // Integers
        O::I32Const { value } => integer::i32_const(t, value),
        O::I64Const { value } => integer::i64_const(t, value),
        O::I32Eqz | O::I64Eqz => integer::eqz(t),
        O::I32Eq | O::I64Eq => integer::compare(t, IntCC::Equal),
        O::I32Ne | O::I64Ne => integer::compare(t, IntCC::NotEqual),
        O::I32LtS | O::I64LtS => integer::compare(t, IntCC::SignedLessThan),
        O::I32LtU | O::I64LtU => integer::compare(t, IntCC::UnsignedLessThan),
        O::I32GtS | O::I64GtS => integer::compare(t, IntCC::SignedGreaterThan),
        O::I32GtU | O::I64GtU => integer::compare(t, IntCC::UnsignedGreaterThan),
        O::I32LeS | O::I64LeS => integer::compare(t, IntCC::SignedLessThanOrEqual),
        O::I32LeU | O::I64LeU => integer::compare(t, IntCC::UnsignedLessThanOrEqual),
        O::I32GeS | O::I64GeS => integer::compare(t, IntCC::SignedGreaterThanOrEqual),
        O::I32GeU | O::I64GeU => integer::compare(t, IntCC::UnsignedGreaterThanOrEqual),
        O::I32Clz | O::I64Clz => integer::unary(t, Opcode::Clz),
        O::I32Ctz | O::I64Ctz => integer::unary(t, Opcode::Ctz),
        O::I32Popcnt | O::I64Popcnt => integer::unary(t, Opcode::Popcnt),
        O::I32Add | O::I64Add => integer::binary(t, Opcode::Iadd),
        O::I32Sub | O::I64Sub => integer::binary(t, Opcode::Isub),
        O::I32Mul | O::I64Mul => integer::binary(t, Opcode::Imul),
        O::I32DivS | O::I64DivS => integer::binary(t, Opcode::Sdiv),
        O::I32DivU | O::I64DivU => integer::binary(t, Opcode::Udiv),
        O::I32RemS | O::I64RemS => integer::binary(t, Opcode::Srem),
        O::I32RemU | O::I64RemU => integer::binary(t, Opcode::Urem),
        O::I32And | O::I64And => integer::binary(t, Opcode::Band),
        O::I32Or | O::I64Or => integer::binary(t, Opcode::Bor),
        O::I32Xor | O::I64Xor => integer::binary(t, Opcode::Bxor),
        O::I32Shl | O::I64Shl => integer::binary(t, Opcode::Ishl),
        O::I32ShrS | O::I64ShrS => integer::binary(t, Opcode::Sshr),
        O::I32ShrU | O::I64ShrU => integer::binary(t, Opcode::Ushr),
        O::I32Rotl | O::I64Rotl => integer::binary(t, Opcode::Rotl),
        O::I32Rotr | O::I64Rotr => integer::binary(t, Opcode::Rotr),
        O::I32Extend8S => integer::extend(t, I8, I32),
        O::I32Extend16S => integer::extend(t, I16, I32),
        O::I64Extend8S => integer::extend(t, I8, I64),
        O::I64Extend16S => integer::extend(t, I16, I64),
        O::I64Extend32S => integer::extend(t, I32, I64),

        // 128-bit arithmetic
        O::I64Add128 => wide_arithmetic::binary(t, Opcode::Iadd),
        O::I64Sub128 => wide_arithmetic::binary(t, Opcode::Isub),
        O::I64MulWideS => wide_arithmetic::multiply(t, Opcode::Smulhi),
        O::I64MulWideU => wide_arithmetic::multiply(t, Opcode::Umulhi),

        // Floats
        O::F32Const { value } => float::f32_const(t, value.bits()),
        O::F64Const { value } => float::f64_const(t, value.bits()),
        O::F32Eq | O::F64Eq => float::compare(t, FloatCC::Equal),
        O::F32Ne | O::F64Ne => float::compare(t, FloatCC::NotEqual),
        O::F32Lt | O::F64Lt => float::compare(t, FloatCC::LessThan),
        O::F32Gt | O::F64Gt => float::compare(t, FloatCC::GreaterThan),
        O::F32Le | O::F64Le => float::compare(t, FloatCC::LessThanOrEqual),
        O::F32Ge | O::F64Ge => float::compare(t, FloatCC::GreaterThanOrEqual),
        O::F32Abs | O::F64Abs => float::unary(t, Opcode::Fabs),
        O::F32Neg | O::F64Neg => float::unary(t, Opcode::Fneg),
        O::F32Sqrt | O::F64Sqrt => float::unary(t, Opcode::Sqrt),
        O::F32Ceil | O::F64Ceil => rounding::ceil(t),
        O::F32Floor | O::F64Floor => rounding::floor(t),
        O::F32Trunc | O::F64Trunc => rounding::trunc(t),
        O::F32Nearest | O::F64Nearest => rounding::nearest(t),
        O::F32Add | O::F64Add => float::binary(t, Opcode::Fadd),
        O::F32Sub | O::F64Sub => float::binary(t, Opcode::Fsub),
        O::F32Mul | O::F64Mul => float::binary(t, Opcode::Fmul),
        O::F32Div | O::F64Div => float::binary(t, Opcode::Fdiv),
        O::F32Min | O::F64Min => float::binary(t, Opcode::Fmin),
        O::F32Max | O::F64Max => float::binary(t, Opcode::Fmax),
        O::F32Copysign | O::F64Copysign => float::binary(t, Opcode::Fcopysign),

        // Conversions
        O::I32WrapI64 => convert::convert(t, Opcode::Ireduce, I32),
        O::I64ExtendI32S => convert::convert(t, Opcode::Sextend, I64),
        O::I64ExtendI32U => convert::convert(t, Opcode::Uextend, I64),
        O::I32TruncF32S | O::I32TruncF64S => convert::convert(t, Opcode::FcvtToSint, I32),
        O::I32TruncF32U | O::I32TruncF64U => convert::convert(t, Opcode::FcvtToUint, I32),
        O::I64TruncF32S | O::I64TruncF64S => convert::convert(t, Opcode::FcvtToSint, I64),
        O::I64TruncF32U | O::I64TruncF64U => convert::convert(t, Opcode::FcvtToUint, I64),
        O::I32TruncSatF32S | O::I32TruncSatF64S => convert::convert(t, Opcode::FcvtToSintSat, I32),
        O::I32TruncSatF32U | O::I32TruncSatF64U => convert::convert(t, Opcode::FcvtToUintSat, I32),
        O::I64TruncSatF32S | O::I64TruncSatF64S => convert::convert(t, Opcode::FcvtToSintSat, I64),
        O::I64TruncSatF32U | O::I64TruncSatF64U => convert::convert(t, Opcode::FcvtToUintSat, I64),
        O::F32ConvertI32S | O::F32ConvertI64S => convert::convert(t, Opcode::FcvtFromSint, F32),
        O::F32ConvertI32U | O::F32ConvertI64U => convert::convert(t, Opcode::FcvtFromUint, F32),
        O::F64ConvertI32S | O::F64ConvertI64S => convert::convert(t, Opcode::FcvtFromSint, F64),
        O::F64ConvertI32U | O::F64ConvertI64U => convert::convert(t, Opcode::FcvtFromUint, F64),
        O::F32DemoteF64 => convert::convert(t, Opcode::Fdemote, F32),
        O::F64PromoteF32 => convert::convert(t, Opcode::Fpromote, F64),
        O::I32ReinterpretF32 => convert::reinterpret(t, I32),
        O::I64ReinterpretF64 => convert::reinterpret(t, I64),
        O::F32ReinterpretI32 => convert::reinterpret(t, F32),
        O::F64ReinterpretI64 => convert::reinterpret(t, F64),

        _ => gc::operator(t, operator)?,
    }
    Ok(())
}
