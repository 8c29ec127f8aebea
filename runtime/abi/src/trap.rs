//! Why execution stops: the trap kinds.

/// A trap, by the number under which it stands in the trap table (WebAssembly core specification, appendix A.3
/// "Implementation Limitations" for exhaustion, section 4.4 "Instructions" for the others).
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrapCode {
    /// `unreachable` was executed.
    Unreachable = 1,
    /// An access outside of a memory.
    MemoryOutOfBounds = 2,
    /// An access outside of a table.
    TableOutOfBounds = 3,
    /// An indirect call through a null element.
    UninitializedElement = 4,
    /// An indirect call of a function of another type.
    IndirectCallTypeMismatch = 5,
    /// A result that its integer type does not hold.
    IntegerOverflow = 6,
    /// An integer division by zero.
    IntegerDivideByZero = 7,
    /// A conversion of NaN to an integer.
    InvalidConversionToInteger = 8,
    /// The stack is used up.
    StackExhausted = 9,
}

impl TrapCode {
    /// Every kind.
    pub const ALL: [TrapCode; 9] = [
        TrapCode::Unreachable,
        TrapCode::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds,
        TrapCode::UninitializedElement,
        TrapCode::IndirectCallTypeMismatch,
        TrapCode::IntegerOverflow,
        TrapCode::IntegerDivideByZero,
        TrapCode::InvalidConversionToInteger,
        TrapCode::StackExhausted,
    ];

    /// The kind with number `number`.
    pub fn from_number(number: u8) -> Option<TrapCode> {
        TrapCode::ALL.into_iter().find(|&code| code as u8 == number)
    }

    /// The kind in the words of the specification's test suite.
    pub const fn message(self) -> &'static str {
        match self {
            TrapCode::Unreachable => "unreachable",
            TrapCode::MemoryOutOfBounds => "out of bounds memory access",
            TrapCode::TableOutOfBounds => "out of bounds table access",
            TrapCode::UninitializedElement => "uninitialized element",
            TrapCode::IndirectCallTypeMismatch => "indirect call type mismatch",
            TrapCode::IntegerOverflow => "integer overflow",
            TrapCode::IntegerDivideByZero => "integer divide by zero",
            TrapCode::InvalidConversionToInteger => "invalid conversion to integer",
            TrapCode::StackExhausted => "call stack exhausted",
        }
    }
}
