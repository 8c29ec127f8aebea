//! `v128` values. Between operators all of them have one type, [`V128`]; an operator casts them to the lanes that it works
//! on, and its result back. Casts are no instructions of the processor.

use cranelift_codegen::ir::{
    Endianness, InstBuilder, InstructionData, MemFlagsData, Opcode, Type, Value, ValueDef, types,
};

use crate::{
    function::{TranslateError, Translator},
    isa,
};

/// What a `v128` value is in CLIF, between operators.
pub(crate) const V128: Type = types::I8X16;

/// Checks that the target has the instructions that vector operators become.
///
/// # Errors
///
/// It has not.
pub(crate) fn require(t: &Translator<'_>) -> Result<(), TranslateError> {
    if isa::has_vectors(t.emitter.isa) { Ok(()) } else { Err(TranslateError::NoVectors) }
}

impl Translator<'_> {
    /// Pops a vector, as `lanes`.
    pub(crate) fn pop_lanes(&mut self, lanes: Type) -> Value {
        let value = self.stack.pop();
        self.as_lanes(value, lanes)
    }

    /// Pops the two topmost vectors, as `lanes`; the lower one first.
    pub(crate) fn pop2_lanes(&mut self, lanes: Type) -> (Value, Value) {
        let upper = self.pop_lanes(lanes);
        (self.pop_lanes(lanes), upper)
    }

    /// Pops the three topmost vectors, as `lanes`; the lowest one first.
    pub(crate) fn pop3_lanes(&mut self, lanes: Type) -> (Value, Value, Value) {
        let upper = self.pop_lanes(lanes);
        let (lower, middle) = self.pop2_lanes(lanes);
        (lower, middle, upper)
    }

    /// Pushes a vector of any lanes.
    pub(crate) fn push_lanes(&mut self, value: Value) {
        let value = self.as_lanes(value, V128);
        self.stack.push(value);
    }

    /// The bits of vector `value`, as `lanes`. A value that was cast before is taken from before that, so that the code
    /// generator sees the instruction that made it.
    pub(crate) fn as_lanes(&mut self, value: Value, lanes: Type) -> Value {
        if self.emitter.builder.func.dfg.value_type(value) == lanes {
            return value;
        }
        match self.before_cast(value) {
            Some(original) if self.emitter.builder.func.dfg.value_type(original) == lanes => original,
            _ => {
                // Lane 0 lies in the low bytes, on the stack of operands as in memory.
                let order = MemFlagsData::new().with_endianness(Endianness::Little);
                self.ins().bitcast(lanes, order, value)
            }
        }
    }

    /// The lanes of the instruction that made vector `value`.
    pub(crate) fn lanes_of(&self, value: Value) -> Type {
        let value = self.before_cast(value).unwrap_or(value);
        self.emitter.builder.func.dfg.value_type(value)
    }

    /// What `value` is a cast of, if it is one.
    fn before_cast(&self, value: Value) -> Option<Value> {
        let dfg = &self.emitter.builder.func.dfg;
        let ValueDef::Result(inst, _) = dfg.value_def(value) else { return None };
        match dfg.insts[inst] {
            InstructionData::LoadNoOffset { opcode: Opcode::Bitcast, arg, .. } => Some(arg),
            _ => None,
        }
    }

    /// `opcode(a)`, of the type that `controlling` stands for.
    pub(crate) fn unary(&mut self, opcode: Opcode, controlling: Type, a: Value) -> Value {
        let (inst, dfg) = self.ins().Unary(opcode, controlling, a);
        dfg.first_result(inst)
    }

    /// `opcode(a, b)`, of the type that `controlling` stands for.
    pub(crate) fn binary(&mut self, opcode: Opcode, controlling: Type, a: Value, b: Value) -> Value {
        let (inst, dfg) = self.ins().Binary(opcode, controlling, a, b);
        dfg.first_result(inst)
    }
}
