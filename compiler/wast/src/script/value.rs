//! Values: the types that scripts tell apart, and the slots that carry arguments and results.

use std::fmt;

use wasmelt_abi::ReferentKind;

/// What carries an argument or result, in its low bits. A reference takes 64 bits; above them stands what kind of object it
/// refers to, if it refers to one ([`ReferentKind`]).
pub(crate) type Slot = u128;

/// A type, as far as scripts tell types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueType {
    I32,
    I64,
    F32,
    F64,
    V128,
    Reference(Hierarchy),
}

/// A hierarchy of reference types (WebAssembly core specification, section 3.3.3 "Heap Types"): each has one type at its
/// top, and one at its bottom that only null has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hierarchy {
    Function,
    /// What the program allocates, small integers, and the host's values that came in by `any.convert_extern`.
    Any,
    Extern,
    Exception,
    Continuation,
}

impl Hierarchy {
    /// Whether a reference may be the address of an object on the heap.
    pub(crate) fn holds_objects(self) -> bool {
        matches!(self, Hierarchy::Any | Hierarchy::Extern | Hierarchy::Exception)
    }
}

/// An argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    pub(crate) ty: ValueType,
    pub(crate) slot: Slot,
}

impl Argument {
    /// An argument of type `ty` with 32 bits.
    pub(crate) fn narrow(ty: ValueType, bits: u32) -> Argument {
        Argument::wide(ty, u64::from(bits))
    }

    /// An argument of type `ty` with 64 bits.
    pub(crate) fn wide(ty: ValueType, bits: u64) -> Argument {
        Argument { ty, slot: u128::from(bits) }
    }

    /// A vector, by its bytes.
    pub(crate) fn vector(bytes: [u8; 16]) -> Argument {
        Argument { ty: ValueType::V128, slot: u128::from_le_bytes(bytes) }
    }

    /// Null.
    pub(crate) fn null(hierarchy: Hierarchy) -> Argument {
        Argument::wide(ValueType::Reference(hierarchy), 0)
    }

    /// Value `number` of the host.
    pub(crate) fn host(hierarchy: Hierarchy, number: u32) -> Argument {
        Argument::wide(ValueType::Reference(hierarchy), host_reference(number))
    }

    /// Whether it is a null reference.
    pub(crate) fn is_null(self) -> bool {
        matches!(self.ty, ValueType::Reference(_)) && self.slot == 0
    }
}

/// The bits of the host's value `number`. Small integers have the lowest bit, objects neither of the lowest two.
pub(crate) fn host_reference(number: u32) -> u64 {
    (u64::from(number) << 2) | HOST_TAG
}

const HOST_TAG: u64 = 0b10;

/// What a reference refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Referent {
    Null,
    Function,
    /// A small integer.
    I31(u32),
    /// A value of the host.
    Host(u64),
    Struct,
    Array,
    Exception,
    /// Nothing that a program could have made.
    Unknown,
}

impl Referent {
    /// What the reference of `hierarchy` in `slot` refers to.
    pub(crate) fn of(hierarchy: Hierarchy, slot: Slot) -> Referent {
        let (word, kind) = (low64(slot), low64(slot >> 64));
        match word {
            0 => Referent::Null,
            _ if !hierarchy.holds_objects() => Referent::Function,
            _ if word & 1 == 1 => Referent::I31(low32(slot >> 1)),
            _ if word & 0b11 == HOST_TAG => Referent::Host(word >> 2),
            _ => match ReferentKind::from_number(kind) {
                Some(ReferentKind::Struct) => Referent::Struct,
                Some(ReferentKind::Array) => Referent::Array,
                Some(ReferentKind::Exception) => Referent::Exception,
                None => Referent::Unknown,
            },
        }
    }
}

/// The value of type `ty` in `slot`, as scripts write it; of a NaN the bits.
pub(crate) fn display_value(ty: ValueType, slot: Slot) -> String {
    match ty {
        ValueType::I32 => format!("(i32.const {})", low32(slot).cast_signed()),
        ValueType::I64 => format!("(i64.const {})", low64(slot).cast_signed()),
        ValueType::F32 => match f32::from_bits(low32(slot)) {
            value if value.is_nan() => format!("(f32.const NaN {:#010x})", low32(slot)),
            value => format!("(f32.const {value:?})"),
        },
        ValueType::F64 => match f64::from_bits(low64(slot)) {
            value if value.is_nan() => format!("(f64.const NaN {:#018x})", low64(slot)),
            value => format!("(f64.const {value:?})"),
        },
        ValueType::V128 => {
            let lanes = [0, 32, 64, 96].map(|shift| format!("{:#010x}", low32(slot >> shift)));
            format!("(v128.const i32x4 {})", lanes.join(" "))
        }
        ValueType::Reference(hierarchy) => match Referent::of(hierarchy, slot) {
            Referent::Null => "(ref.null)".to_owned(),
            Referent::Function => "(ref.func)".to_owned(),
            Referent::I31(value) => format!("(ref.i31 {value})"),
            Referent::Host(number) if hierarchy == Hierarchy::Extern => format!("(ref.extern {number})"),
            Referent::Host(number) => format!("(ref.host {number})"),
            Referent::Struct => "(ref.struct)".to_owned(),
            Referent::Array => "(ref.array)".to_owned(),
            Referent::Exception => "(ref.exn)".to_owned(),
            Referent::Unknown => format!("(a reference that is none, {:#018x})", low64(slot)),
        },
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueType::I32 => "i32",
            ValueType::I64 => "i64",
            ValueType::F32 => "f32",
            ValueType::F64 => "f64",
            ValueType::V128 => "v128",
            ValueType::Reference(Hierarchy::Function) => "funcref",
            ValueType::Reference(Hierarchy::Any) => "anyref",
            ValueType::Reference(Hierarchy::Extern) => "externref",
            ValueType::Reference(Hierarchy::Exception) => "exnref",
            ValueType::Reference(Hierarchy::Continuation) => "contref",
        })
    }
}

/// The value of 32 bits in `slot`.
pub(super) fn low32(slot: Slot) -> u32 {
    slot as u32
}

/// The value of 64 bits in `slot`.
pub(super) fn low64(slot: Slot) -> u64 {
    slot as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTERN: ValueType = ValueType::Reference(Hierarchy::Extern);
    const ANY: ValueType = ValueType::Reference(Hierarchy::Any);

    #[test]
    fn references_say_what_they_refer_to() {
        let of = |word| Referent::of(Hierarchy::Any, word);
        assert_eq!(of(0), Referent::Null);
        assert_eq!(of(u128::from(host_reference(0))), Referent::Host(0));
        assert_eq!(of((7 << 1) | 1), Referent::I31(7));
        assert_eq!(of(0x1000), Referent::Unknown);
        assert_eq!(of((ReferentKind::Array as u128) << 64 | 0x1000), Referent::Array);
        assert_eq!(Referent::of(Hierarchy::Function, 0x1003), Referent::Function);
    }

    #[test]
    fn values_are_shown_as_scripts_write_them() {
        assert_eq!(display_value(ValueType::I32, 0xffff_ffff), "(i32.const -1)");
        assert_eq!(display_value(ValueType::F64, 0x7ff8_0000_0000_0000), "(f64.const NaN 0x7ff8000000000000)");
        assert_eq!(display_value(EXTERN, u128::from(host_reference(2))), "(ref.extern 2)");
        assert_eq!(display_value(ANY, u128::from(host_reference(2))), "(ref.host 2)");
        assert_eq!(display_value(ANY, 7), "(ref.i31 3)");
        let vector = "(v128.const i32x4 0x00000001 0x00000000 0x00000000 0x80000000)";
        assert_eq!(display_value(ValueType::V128, 1 | 1 << 127), vector);
    }
}
