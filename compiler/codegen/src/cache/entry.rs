//! A compiled function without what it has from its place in the program: symbols are numbers, and locations count from the
//! first one in it.
//!
//! ```text
//! entry   the function but for its code, as postcard writes it
//!         the code
//! ```

use serde::{Deserialize, Serialize};
use wasmelt_abi::TrapCode;

use crate::{CompiledFunction, FunctionKind, Landing, Relocation, RelocationKind, StackMap, SymbolRef, TrapPoint};

/// A compiled function that may be in any place.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Portable {
    #[serde(skip)]
    pub(crate) code: Vec<u8>,
    pub(crate) alignment: u32,
    pub(crate) relocations: Vec<PortableRelocation>,
    pub(crate) traps: Vec<PortableTrap>,
    pub(crate) stack_maps: Vec<StackMap>,
    pub(crate) landings: Vec<Landing>,
}

/// A relocation whose target is one of the function's symbols, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PortableRelocation {
    pub(crate) offset: u32,
    pub(crate) kind: RelocationKind,
    pub(crate) symbol: u32,
    pub(crate) addend: i64,
}

/// A trap point: the trap's number, and the distance of its location from the function's first one; without a location it
/// belongs to the function as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PortableTrap {
    pub(crate) offset: u32,
    pub(crate) code: u8,
    pub(crate) location: Option<u32>,
}

/// What a function has from its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) kind: FunctionKind,
    /// Its symbols, by number.
    pub(crate) symbols: &'a [SymbolRef],
    /// Its first location.
    pub(crate) base: u32,
    /// Where its body begins.
    pub(crate) start: u32,
}

impl Portable {
    /// The function in `place`; `None` if it is not one that fits there, which only a damaged one is not.
    pub(crate) fn place(self, place: &Place<'_>) -> Option<CompiledFunction> {
        let relocation = |PortableRelocation { offset, kind, symbol, addend }| {
            let target = *place.symbols.get(usize::try_from(symbol).ok()?)?;
            Some(Relocation { offset, kind, target, addend })
        };
        let trap = |PortableTrap { offset, code, location }| {
            let wasm_offset = location.map_or(place.start, |distance| place.base.wrapping_add(distance));
            Some(TrapPoint { offset, code: TrapCode::from_number(code)?, wasm_offset })
        };
        Some(CompiledFunction {
            kind: place.kind,
            code: self.code,
            alignment: self.alignment,
            relocations: self.relocations.into_iter().map(relocation).collect::<Option<_>>()?,
            traps: self.traps.into_iter().map(trap).collect::<Option<_>>()?,
            stack_maps: self.stack_maps,
            landings: self.landings,
        })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes =
            postcard::to_allocvec(self).expect("invariant: there are no types in it that cannot be written");
        bytes.extend_from_slice(&self.code);
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Portable> {
        let (function, code) = postcard::take_from_bytes::<Portable>(bytes).ok()?;
        Some(Portable { code: code.to_vec(), ..function })
    }
}

#[cfg(test)]
mod tests {
    use wasmelt_module::{FunctionIndex, InstanceIndex, ProgramFunction};

    use super::*;
    use crate::DataSymbol;

    fn function() -> Portable {
        Portable {
            code: vec![1, 2, 3],
            alignment: 16,
            relocations: vec![PortableRelocation { offset: 1, kind: RelocationKind::X86Call32, symbol: 1, addend: -4 }],
            traps: vec![
                PortableTrap { offset: 0, code: TrapCode::Unreachable as u8, location: None },
                PortableTrap { offset: 2, code: TrapCode::MemoryOutOfBounds as u8, location: Some(7) },
            ],
            stack_maps: vec![StackMap { offset: 2, frame_bytes: 16, slots: vec![0, 8] }],
            landings: vec![Landing { return_address: 2, handler: 3, frame_bytes: 8 }],
        }
    }

    #[test]
    fn what_is_written_is_read_and_gets_its_place() {
        let read = Portable::from_bytes(&function().to_bytes()).unwrap();
        assert_eq!(read, function());
        let kind = FunctionKind::Wasm(ProgramFunction { instance: InstanceIndex(0), function: FunctionIndex(9) });
        let symbols = [SymbolRef::Data(DataSymbol::State), SymbolRef::Runtime("helper")];
        let placed = read.place(&Place { kind, symbols: &symbols, base: 100, start: 90 }).unwrap();
        assert_eq!((placed.kind, placed.relocations[0].target), (kind, symbols[1]));
        assert_eq!(placed.traps.iter().map(|trap| trap.wasm_offset).collect::<Vec<_>>(), [90, 107]);
        let place = Place { kind, symbols: &symbols[..1], base: 100, start: 90 };
        assert_eq!(function().place(&place), None);
    }

    #[test]
    fn what_ends_early_is_no_function() {
        let bytes = function().to_bytes();
        let header = bytes.len() - function().code.len();
        assert!((0..header).all(|length| Portable::from_bytes(&bytes[..length]).is_none()));
    }
}
