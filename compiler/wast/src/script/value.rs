//! Values: arguments as the slots that carry them, and the patterns of results.

use wasmelt_driver::ValType;

/// What carries an argument or result, in its low bits.
pub(crate) type Slot = u128;

/// An argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Argument {
    pub(crate) ty: ValType,
    pub(crate) slot: Slot,
}

impl Argument {
    /// An argument of type `ty` with 32 bits.
    pub(crate) fn narrow(ty: ValType, bits: u32) -> Argument {
        Argument::wide(ty, u64::from(bits))
    }

    /// An argument of type `ty` with 64 bits.
    pub(crate) fn wide(ty: ValType, bits: u64) -> Argument {
        Argument { ty, slot: u128::from(bits) }
    }

    /// A vector, by its bytes.
    pub(crate) fn vector(bytes: [u8; 16]) -> Argument {
        Argument { ty: ValType::V128, slot: u128::from_le_bytes(bytes) }
    }
}

/// The bits of host reference `number` of a script: not null, which is 0.
pub(crate) fn host_reference(number: u32) -> u64 {
    u64::from(number) + 1
}

/// What a result has to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pattern {
    I32(i32),
    I64(i64),
    F32(FloatPattern<u32>),
    F64(FloatPattern<u64>),
    V128(LanePattern),
    /// A null reference.
    Null,
    /// A reference to a function, not null.
    Function,
    /// A host reference with this number, or any that is not null.
    Host(Option<u32>),
    /// One of them.
    Either(Vec<Pattern>),
}

/// What a vector has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LanePattern {
    /// Exactly these bits.
    Exact(Slot),
    /// Floats that match these patterns, from lane 0 on.
    F32x4([FloatPattern<u32>; 4]),
    /// Floats that match these patterns, from lane 0 on.
    F64x2([FloatPattern<u64>; 2]),
}

/// What a float has to be, by its bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FloatPattern<Bits> {
    /// Exactly these.
    Exact(Bits),
    /// A NaN whose payload is only the quiet bit (WebAssembly core specification, section 2.2.3 "Floating-Point").
    CanonicalNan,
    /// A NaN with the quiet bit.
    ArithmeticNan,
}

impl Pattern {
    /// Whether a value of type `ty` in `slot` is what is expected.
    pub(crate) fn matches(&self, ty: ValType, slot: Slot) -> bool {
        match (self, ty) {
            (Pattern::I32(value), ValType::I32) => low32(slot) == value.cast_unsigned(),
            (Pattern::I64(value), ValType::I64) => low64(slot) == value.cast_unsigned(),
            (Pattern::F32(pattern), ValType::F32) => pattern.matches(low32(slot)),
            (Pattern::F64(pattern), ValType::F64) => pattern.matches(low64(slot)),
            (Pattern::V128(pattern), ValType::V128) => pattern.matches(slot),
            (Pattern::Null, ValType::Ref(_)) => low64(slot) == 0,
            (Pattern::Function, ValType::Ref(ty)) => ty.is_func_ref() && low64(slot) != 0,
            (Pattern::Host(None), ValType::Ref(ty)) => ty.is_extern_ref() && low64(slot) != 0,
            (Pattern::Host(Some(number)), ValType::Ref(ty)) => {
                ty.is_extern_ref() && low64(slot) == host_reference(*number)
            }
            (Pattern::Either(patterns), ty) => patterns.iter().any(|pattern| pattern.matches(ty, slot)),
            _ => false,
        }
    }
}

impl LanePattern {
    fn matches(self, slot: Slot) -> bool {
        match self {
            LanePattern::Exact(bits) => slot == bits,
            LanePattern::F32x4(lanes) => {
                lanes.into_iter().zip(0..).all(|(lane, number)| lane.matches(low32(slot >> (32 * number))))
            }
            LanePattern::F64x2(lanes) => {
                lanes.into_iter().zip(0..).all(|(lane, number)| lane.matches(low64(slot >> (64 * number))))
            }
        }
    }
}

impl FloatPattern<u32> {
    fn matches(self, bits: u32) -> bool {
        match self {
            FloatPattern::Exact(value) => bits == value,
            FloatPattern::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
            FloatPattern::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        }
    }
}

impl FloatPattern<u64> {
    fn matches(self, bits: u64) -> bool {
        match self {
            FloatPattern::Exact(value) => bits == value,
            FloatPattern::CanonicalNan => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
            FloatPattern::ArithmeticNan => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        }
    }
}

/// The value of type `ty` in `slot`, as scripts write it; of a NaN the bits.
pub(crate) fn display_value(ty: ValType, slot: Slot) -> String {
    match ty {
        ValType::I32 => format!("(i32.const {})", low32(slot).cast_signed()),
        ValType::I64 => format!("(i64.const {})", low64(slot).cast_signed()),
        ValType::F32 => match f32::from_bits(low32(slot)) {
            value if value.is_nan() => format!("(f32.const NaN {:#010x})", low32(slot)),
            value => format!("(f32.const {value:?})"),
        },
        ValType::F64 => match f64::from_bits(low64(slot)) {
            value if value.is_nan() => format!("(f64.const NaN {:#018x})", low64(slot)),
            value => format!("(f64.const {value:?})"),
        },
        ValType::V128 => {
            let lanes = [0, 32, 64, 96].map(|shift| format!("{:#010x}", low32(slot >> shift)));
            format!("(v128.const i32x4 {})", lanes.join(" "))
        }
        ValType::Ref(_) => match low64(slot).checked_sub(1) {
            None => "(ref.null)".to_owned(),
            Some(number) if ty == ValType::EXTERNREF => format!("(ref.extern {number})"),
            Some(_) => format!("({ty})"),
        },
    }
}

/// The value of 32 bits in `slot`.
fn low32(slot: Slot) -> u32 {
    slot as u32
}

/// The value of 64 bits in `slot`.
fn low64(slot: Slot) -> u64 {
    slot as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_patterns_tell_payloads_apart() {
        let (canonical, arithmetic) = (FloatPattern::CanonicalNan, FloatPattern::ArithmeticNan);
        for (bits, is_canonical, is_arithmetic) in [
            (0x7fc0_0000_u32, true, true),
            (0xffc0_0000, true, true),
            (0x7fc0_0001, false, true),
            (0x7fa0_0000, false, false),
            (0x7f80_0000, false, false),
        ] {
            assert_eq!(FloatPattern::<u32>::matches(canonical, bits), is_canonical, "{bits:#x}");
            assert_eq!(FloatPattern::<u32>::matches(arithmetic, bits), is_arithmetic, "{bits:#x}");
        }
        let pattern = Pattern::F64(FloatPattern::CanonicalNan);
        assert!(pattern.matches(ValType::F64, 0xfff8_0000_0000_0000));
        assert!(!pattern.matches(ValType::F64, 0x7ff8_0000_0000_0001));
    }

    #[test]
    fn lanes_are_compared_each_with_its_pattern() {
        let one = FloatPattern::Exact(1.0_f32.to_bits());
        let pattern = Pattern::V128(LanePattern::F32x4([one, FloatPattern::CanonicalNan, one, one]));
        assert!(pattern.matches(ValType::V128, 0x3f80_0000_3f80_0000_ffc0_0000_3f80_0000));
        assert!(!pattern.matches(ValType::V128, 0x3f80_0000_3f80_0000_3f80_0000_ffc0_0000));
        let pattern = Pattern::V128(LanePattern::F64x2([FloatPattern::Exact(7), FloatPattern::ArithmeticNan]));
        assert!(pattern.matches(ValType::V128, 0x7ff8_0000_0000_0001_0000_0000_0000_0007));
    }

    #[test]
    fn zeros_of_different_sign_differ() {
        let pattern = Pattern::F32(FloatPattern::Exact((-0.0_f32).to_bits()));
        assert!(!pattern.matches(ValType::F32, 0));
        assert!(pattern.matches(ValType::F32, 0x8000_0000));
    }

    #[test]
    fn a_result_of_another_type_does_not_match() {
        assert!(Pattern::I32(0).matches(ValType::I32, 0));
        assert!(!Pattern::I32(0).matches(ValType::I64, 0));
        assert!(!Pattern::Host(Some(0)).matches(ValType::FUNCREF, 1));
    }

    #[test]
    fn host_references_are_never_null() {
        assert!(Pattern::Host(Some(0)).matches(ValType::EXTERNREF, u128::from(host_reference(0))));
        assert!(!Pattern::Null.matches(ValType::EXTERNREF, u128::from(host_reference(0))));
        assert!(Pattern::Null.matches(ValType::FUNCREF, 0));
    }

    #[test]
    fn values_are_shown_as_scripts_write_them() {
        assert_eq!(display_value(ValType::I32, 0xffff_ffff), "(i32.const -1)");
        assert_eq!(display_value(ValType::F64, 0x7ff8_0000_0000_0000), "(f64.const NaN 0x7ff8000000000000)");
        assert_eq!(display_value(ValType::EXTERNREF, 3), "(ref.extern 2)");
        let vector = "(v128.const i32x4 0x00000001 0x00000000 0x00000000 0x80000000)";
        assert_eq!(display_value(ValType::V128, 1 | 1 << 127), vector);
    }
}
