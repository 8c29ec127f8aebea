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
        TrapCode::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The kind in the words of the specification's test suite.
    pub fn message(self) -> &'static str {
        let end_of = |kind: usize| usize::from(ENDS.get(kind).copied().unwrap_or(0));
        let kind = self as usize;
        MESSAGES.get(end_of(kind - 1)..end_of(kind)).unwrap_or_default()
    }
}

macro_rules! messages {
    ($($message:literal)*) => {
        /// The messages of all kinds, in the order of their numbers. One text with the places where they end takes half of
        /// what as many references would, in every program.
        const MESSAGES: &str = concat!($($message),*);

        /// Where in [`MESSAGES`] the message of each kind ends, by its number; the first is the start.
        static ENDS: [u16; TrapCode::ALL.len() + 1] = {
            let messages = [$($message),*];
            let mut ends = [0; TrapCode::ALL.len() + 1];
            let mut kind = 0;
            while kind < messages.len() {
                // Lossless: the text is short.
                ends[kind + 1] = ends[kind] + messages[kind].len() as u16;
                kind += 1;
            }
            ends
        };
    };
}

messages! {
    "unreachable"
    "out of bounds memory access"
    "out of bounds table access"
    "uninitialized element"
    "indirect call type mismatch"
    "integer overflow"
    "integer divide by zero"
    "invalid conversion to integer"
    "call stack exhausted"
    "null reference"
    "cast failure"
    "out of bounds array access"
    "unaligned atomic"
    "expected shared memory"
    "heap exhausted"
    "uncaught exception"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_by_their_numbers_and_have_their_messages() {
        for code in TrapCode::ALL {
            assert_eq!(TrapCode::from_number(code as u8), Some(code));
        }
        assert!(TrapCode::from_number(0).is_none() && TrapCode::from_number(17).is_none());
        assert_eq!(TrapCode::Unreachable.message(), "unreachable");
        assert_eq!(TrapCode::UninitializedElement.message(), "uninitialized element");
        assert_eq!(TrapCode::UncaughtException.message(), "uncaught exception");
    }
}
