//! The values of constant expressions (WebAssembly core specification, section 3.4.11 "Constant Expressions").
//!
//! They are known before the program runs, unless they make objects: a constant expression reads immutable globals only,
//! and each of those is initialised by a constant expression too, in its own instance or in an earlier one.

use super::BoundFunction;
use crate::{ConstExpr, ConstOp, ConstValue, FunctionIndex};

/// The value of a constant expression. Floats are their bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ProgramConst {
    /// `i32`
    I32(i32),
    /// `i64`
    I64(i64),
    /// `f32`, its bits.
    F32(u32),
    /// `f64`, its bits.
    F64(u64),
    /// `v128`, little-endian.
    V128(u128),
    /// A null reference.
    Null,
    /// A reference to a function.
    Function(BoundFunction),
    /// `i31`: the 31 bits.
    I31(u32),
    /// Made when the instance is instantiated: an object, or a reference to one.
    Dynamic,
}

impl ConstExpr {
    /// Whether its value is only there when the instance is instantiated.
    pub(super) fn is_dynamic(&self, globals: &[ProgramConst]) -> bool {
        self.ops.iter().any(|op| match *op {
            ConstOp::GlobalGet(global) => globals[global.index()] == ProgramConst::Dynamic,
            op => op.allocates(),
        })
    }

    /// The value, where `globals` are the values of the instance's globals as far as they are known, and `function` says
    /// which function an index means.
    pub(super) fn evaluate(
        &self,
        globals: &[ProgramConst],
        function: impl Fn(FunctionIndex) -> BoundFunction,
    ) -> ProgramConst {
        if self.is_dynamic(globals) {
            return ProgramConst::Dynamic;
        }
        let mut stack = Stack(Vec::new());
        for op in &self.ops {
            match *op {
                ConstOp::Value(ConstValue::I32(value)) => stack.push(ProgramConst::I32(value)),
                ConstOp::Value(ConstValue::I64(value)) => stack.push(ProgramConst::I64(value)),
                ConstOp::Value(ConstValue::F32(bits)) => stack.push(ProgramConst::F32(bits)),
                ConstOp::Value(ConstValue::F64(bits)) => stack.push(ProgramConst::F64(bits)),
                ConstOp::Value(ConstValue::V128(value)) => stack.push(ProgramConst::V128(value)),
                ConstOp::Value(ConstValue::Null) => stack.push(ProgramConst::Null),
                ConstOp::Value(ConstValue::Function(index)) => stack.push(ProgramConst::Function(function(index))),
                ConstOp::GlobalGet(global) => stack.push(globals[global.index()]),
                ConstOp::I32Add => stack.combine_i32(i32::wrapping_add),
                ConstOp::I32Sub => stack.combine_i32(i32::wrapping_sub),
                ConstOp::I32Mul => stack.combine_i32(i32::wrapping_mul),
                ConstOp::I64Add => stack.combine_i64(i64::wrapping_add),
                ConstOp::I64Sub => stack.combine_i64(i64::wrapping_sub),
                ConstOp::I64Mul => stack.combine_i64(i64::wrapping_mul),
                ConstOp::RefI31 => stack.tag_i31(),
                // The same bits.
                ConstOp::Convert => {}
                ConstOp::StructNew(_)
                | ConstOp::StructNewDefault(_)
                | ConstOp::ArrayNew(_)
                | ConstOp::ArrayNewDefault(_)
                | ConstOp::ArrayNewFixed { .. } => unreachable!("invariant: what allocates is not evaluated"),
            }
        }
        stack.pop()
    }
}

/// The operands. That they suffice and have the right types is part of a module's validity.
struct Stack(Vec<ProgramConst>);

impl Stack {
    fn push(&mut self, value: ProgramConst) {
        self.0.push(value);
    }

    fn pop(&mut self) -> ProgramConst {
        self.0.pop().expect("invariant: a valid constant expression does not underflow its stack")
    }

    fn tag_i31(&mut self) {
        match self.pop() {
            ProgramConst::I32(value) => self.push(ProgramConst::I31(value.cast_unsigned() & 0x7fff_ffff)),
            operand => unreachable!("invariant: a valid `ref.i31` has an i32 operand, not {operand:?}"),
        }
    }

    fn combine_i32(&mut self, operator: fn(i32, i32) -> i32) {
        match (self.pop(), self.pop()) {
            (ProgramConst::I32(right), ProgramConst::I32(left)) => self.push(ProgramConst::I32(operator(left, right))),
            operands => unreachable!("invariant: a valid i32 operator has i32 operands, not {operands:?}"),
        }
    }

    fn combine_i64(&mut self, operator: fn(i64, i64) -> i64) {
        match (self.pop(), self.pop()) {
            (ProgramConst::I64(right), ProgramConst::I64(left)) => self.push(ProgramConst::I64(operator(left, right))),
            operands => unreachable!("invariant: a valid i64 operator has i64 operands, not {operands:?}"),
        }
    }
}
