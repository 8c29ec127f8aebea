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
    /// An operator that needs an object, a function or an exception got null.
    NullReference = 10,
    /// A reference was cast to a type that it does not have.
    CastFailure = 11,
    /// An access outside of an array.
    ArrayOutOfBounds = 12,
    /// An atomic access at an address that is not a multiple of its width.
    UnalignedAtomic = 13,
    /// A wait on a memory that is not shared.
    ExpectedSharedMemory = 14,
    /// The heap of structures, arrays and exceptions is used up.
    HeapExhausted = 15,
    /// An exception that nothing catches.
    UncaughtException = 16,
}

impl TrapCode {
    /// Every kind.
    pub const ALL: [TrapCode; 16] = [
        TrapCode::Unreachable,
        TrapCode::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds,
        TrapCode::UninitializedElement,
        TrapCode::IndirectCallTypeMismatch,
        TrapCode::IntegerOverflow,
        TrapCode::IntegerDivideByZero,
        TrapCode::InvalidConversionToInteger,
        TrapCode::StackExhausted,
        TrapCode::NullReference,
        TrapCode::CastFailure,
        TrapCode::ArrayOutOfBounds,
        TrapCode::UnalignedAtomic,
        TrapCode::ExpectedSharedMemory,
        TrapCode::HeapExhausted,
        TrapCode::UncaughtException,
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
            TrapCode::NullReference => "null reference",
            TrapCode::CastFailure => "cast failure",
            TrapCode::ArrayOutOfBounds => "out of bounds array access",
            TrapCode::UnalignedAtomic => "unaligned atomic",
            TrapCode::ExpectedSharedMemory => "expected shared memory",
            TrapCode::HeapExhausted => "heap exhausted",
            TrapCode::UncaughtException => "uncaught exception",
        }
    }
}
