//! Constant expressions (WebAssembly core specification, section 5.4.9 "Expressions").

use wasmparser::Operator;

use super::unknown;
use crate::{ConstExpr, ConstOp, ConstValue, FunctionIndex, GlobalIndex, ModuleError, TypeIndex};

/// The operators of `expression`, which the validator has found constant.
pub(super) fn read(expression: &wasmparser::ConstExpr<'_>) -> Result<ConstExpr, ModuleError> {
    let mut reader = expression.get_operators_reader();
    let mut ops = Vec::with_capacity(1);
    while !reader.is_end_then_eof() {
        let (operator, offset) = reader.read_with_offset()?;
        ops.push(read_operator(&operator).ok_or_else(|| unknown(offset, operator))?);
    }
    Ok(ConstExpr { ops })
}

fn read_operator(operator: &Operator<'_>) -> Option<ConstOp> {
    Some(match *operator {
        Operator::I32Const { value } => ConstOp::Value(ConstValue::I32(value)),
        Operator::I64Const { value } => ConstOp::Value(ConstValue::I64(value)),
        Operator::F32Const { value } => ConstOp::Value(ConstValue::F32(value.bits())),
        Operator::F64Const { value } => ConstOp::Value(ConstValue::F64(value.bits())),
        Operator::V128Const { value } => ConstOp::Value(ConstValue::V128(u128::from_le_bytes(*value.bytes()))),
        Operator::RefNull { .. } => ConstOp::Value(ConstValue::Null),
        Operator::RefFunc { function_index } => ConstOp::Value(ConstValue::Function(FunctionIndex(function_index))),
        Operator::GlobalGet { global_index } => ConstOp::GlobalGet(GlobalIndex(global_index)),
        Operator::I32Add => ConstOp::I32Add,
        Operator::I32Sub => ConstOp::I32Sub,
        Operator::I32Mul => ConstOp::I32Mul,
        Operator::I64Add => ConstOp::I64Add,
        Operator::I64Sub => ConstOp::I64Sub,
        Operator::I64Mul => ConstOp::I64Mul,
        Operator::RefI31 => ConstOp::RefI31,
        Operator::StructNew { struct_type_index } => ConstOp::StructNew(TypeIndex(struct_type_index)),
        Operator::StructNewDefault { struct_type_index } => ConstOp::StructNewDefault(TypeIndex(struct_type_index)),
        Operator::ArrayNew { array_type_index } => ConstOp::ArrayNew(TypeIndex(array_type_index)),
        Operator::ArrayNewDefault { array_type_index } => ConstOp::ArrayNewDefault(TypeIndex(array_type_index)),
        Operator::ArrayNewFixed { array_type_index, array_size } => {
            ConstOp::ArrayNewFixed { ty: TypeIndex(array_type_index), length: array_size }
        }
        Operator::AnyConvertExtern | Operator::ExternConvertAny => ConstOp::Convert,
        _ => return None,
    })
}
