//! Constant expressions (WebAssembly core specification, section 3.4.11 "Constant Expressions").

use crate::{FunctionIndex, GlobalIndex, TypeIndex};

/// A constant expression: operators in order, without the final `end`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstExpr {
    /// Operators; valid, so that evaluating them leaves one value.
    pub ops: Vec<ConstOp>,
}

/// An operator of a constant expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstOp {
    /// A value.
    Value(ConstValue),
    /// The value of an immutable global of the same module.
    GlobalGet(GlobalIndex),
    /// `i32.add`
    I32Add,
    /// `i32.sub`
    I32Sub,
    /// `i32.mul`
    I32Mul,
    /// `i64.add`
    I64Add,
    /// `i64.sub`
    I64Sub,
    /// `i64.mul`
    I64Mul,
    /// `ref.i31`
    RefI31,
    /// `struct.new`
    StructNew(TypeIndex),
    /// `struct.new_default`
    StructNewDefault(TypeIndex),
    /// `array.new`
    ArrayNew(TypeIndex),
    /// `array.new_default`
    ArrayNewDefault(TypeIndex),
    /// `array.new_fixed`
    ArrayNewFixed {
        /// The array's type.
        ty: TypeIndex,
        /// How many elements there are.
        length: u32,
    },
    /// `any.convert_extern` or `extern.convert_any`: the value is the same.
    Convert,
}

impl ConstOp {
    /// Whether it makes an object.
    pub fn allocates(self) -> bool {
        matches!(
            self,
            ConstOp::StructNew(_)
                | ConstOp::StructNewDefault(_)
                | ConstOp::ArrayNew(_)
                | ConstOp::ArrayNewDefault(_)
                | ConstOp::ArrayNewFixed { .. }
        )
    }
}

/// A constant. Floats are their bits, so that NaN payloads stay what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstValue {
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
    /// A reference to a function of the expression's own module.
    Function(FunctionIndex),
}
