//! Patterns of floats and vectors.

use super::value::{Slot, low32, low64};

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

impl LanePattern {
    pub(super) fn matches(self, slot: Slot) -> bool {
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
    pub(super) fn matches(self, bits: u32) -> bool {
        match self {
            FloatPattern::Exact(value) => bits == value,
            FloatPattern::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
            FloatPattern::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        }
    }
}

impl FloatPattern<u64> {
    pub(super) fn matches(self, bits: u64) -> bool {
        match self {
            FloatPattern::Exact(value) => bits == value,
            FloatPattern::CanonicalNan => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
            FloatPattern::ArithmeticNan => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        }
    }
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
        let canonical = FloatPattern::<u64>::CanonicalNan;
        assert!(canonical.matches(0xfff8_0000_0000_0000));
        assert!(!canonical.matches(0x7ff8_0000_0000_0001));
    }

    #[test]
    fn lanes_are_compared_each_with_its_pattern() {
        let one = FloatPattern::Exact(1.0_f32.to_bits());
        let pattern = LanePattern::F32x4([one, FloatPattern::CanonicalNan, one, one]);
        assert!(pattern.matches(0x3f80_0000_3f80_0000_ffc0_0000_3f80_0000));
        assert!(!pattern.matches(0x3f80_0000_3f80_0000_3f80_0000_ffc0_0000));
        let pattern = LanePattern::F64x2([FloatPattern::Exact(7), FloatPattern::ArithmeticNan]);
        assert!(pattern.matches(0x7ff8_0000_0000_0001_0000_0000_0000_0007));
    }

    #[test]
    fn zeros_of_different_sign_differ() {
        let pattern = FloatPattern::Exact((-0.0_f32).to_bits());
        assert!(!pattern.matches(0));
        assert!(pattern.matches(0x8000_0000));
    }
}
