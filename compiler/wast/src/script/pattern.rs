//! Patterns: what results have to be.

use super::{
    number::{FloatPattern, LanePattern},
    value::{Hierarchy, Referent, Slot, ValueType, low32, low64},
};

/// What a result has to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pattern {
    I32(i32),
    I64(i64),
    F32(FloatPattern<u32>),
    F64(FloatPattern<u64>),
    V128(LanePattern),
    Reference(ReferencePattern),
    /// One of them.
    Either(Vec<Pattern>),
}

/// What a reference has to be. All but the first are not null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReferencePattern {
    /// Null, of this hierarchy if one is given.
    Null(Option<Hierarchy>),
    Function,
    /// An external reference, to this value of the host if one is given.
    Extern(Option<u32>),
    /// This value of the host, as an internal reference.
    Host(u32),
    Any,
    /// What `ref.eq` compares.
    Eq,
    I31,
    Struct,
    Array,
}

impl Pattern {
    /// Whether a value of type `ty` in `slot` is what is expected.
    pub(crate) fn matches(&self, ty: ValueType, slot: Slot) -> bool {
        match (self, ty) {
            (Pattern::I32(value), ValueType::I32) => low32(slot) == value.cast_unsigned(),
            (Pattern::I64(value), ValueType::I64) => low64(slot) == value.cast_unsigned(),
            (Pattern::F32(pattern), ValueType::F32) => FloatPattern::<u32>::matches(*pattern, low32(slot)),
            (Pattern::F64(pattern), ValueType::F64) => FloatPattern::<u64>::matches(*pattern, low64(slot)),
            (Pattern::V128(pattern), ValueType::V128) => pattern.matches(slot),
            (Pattern::Reference(pattern), ValueType::Reference(hierarchy)) => {
                pattern.matches(hierarchy, Referent::of(hierarchy, slot))
            }
            (Pattern::Either(patterns), ty) => patterns.iter().any(|pattern| pattern.matches(ty, slot)),
            _ => false,
        }
    }
}

impl ReferencePattern {
    fn matches(self, hierarchy: Hierarchy, referent: Referent) -> bool {
        let is = |expected: Hierarchy| hierarchy == expected;
        match (self, referent) {
            (ReferencePattern::Null(expected), Referent::Null) => expected.is_none_or(is),
            (_, Referent::Null | Referent::Unknown) => false,
            (ReferencePattern::Function, _) => is(Hierarchy::Function),
            (ReferencePattern::Extern(None), _) => is(Hierarchy::Extern),
            (ReferencePattern::Extern(Some(number)), Referent::Host(actual)) => {
                is(Hierarchy::Extern) && actual == u64::from(number)
            }
            (ReferencePattern::Host(number), Referent::Host(actual)) => {
                is(Hierarchy::Any) && actual == u64::from(number)
            }
            (ReferencePattern::Any, _) => is(Hierarchy::Any),
            (ReferencePattern::Eq, Referent::I31(_) | Referent::Struct | Referent::Array)
            | (ReferencePattern::I31, Referent::I31(_))
            | (ReferencePattern::Struct, Referent::Struct)
            | (ReferencePattern::Array, Referent::Array) => is(Hierarchy::Any),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::value::host_reference;

    const FUNCTION: ValueType = ValueType::Reference(Hierarchy::Function);
    const EXTERN: ValueType = ValueType::Reference(Hierarchy::Extern);
    const ANY: ValueType = ValueType::Reference(Hierarchy::Any);

    fn reference(pattern: ReferencePattern) -> Pattern {
        Pattern::Reference(pattern)
    }

    #[test]
    fn a_result_of_another_type_does_not_match() {
        assert!(Pattern::I32(0).matches(ValueType::I32, 0));
        assert!(!Pattern::I32(0).matches(ValueType::I64, 0));
        let host = u128::from(host_reference(0));
        assert!(!reference(ReferencePattern::Extern(Some(0))).matches(FUNCTION, host));
        assert!(!reference(ReferencePattern::Host(0)).matches(EXTERN, host));
        assert!(!reference(ReferencePattern::Null(Some(Hierarchy::Any))).matches(EXTERN, 0));
        assert!(reference(ReferencePattern::Null(None)).matches(EXTERN, 0));
    }

    #[test]
    fn host_references_are_never_null() {
        let host = u128::from(host_reference(0));
        assert!(reference(ReferencePattern::Extern(Some(0))).matches(EXTERN, host));
        assert!(reference(ReferencePattern::Host(0)).matches(ANY, host));
        assert!(!reference(ReferencePattern::Null(None)).matches(EXTERN, host));
    }

    #[test]
    fn small_integers_and_host_values_differ() {
        let small = 9;
        assert!(reference(ReferencePattern::I31).matches(ANY, small));
        assert!(reference(ReferencePattern::Eq).matches(ANY, small));
        assert!(!reference(ReferencePattern::Struct).matches(ANY, small));
        let host = u128::from(host_reference(4));
        assert!(reference(ReferencePattern::Any).matches(ANY, host));
        assert!(!reference(ReferencePattern::Eq).matches(ANY, host));
        assert!(!reference(ReferencePattern::I31).matches(ANY, host));
    }
}
