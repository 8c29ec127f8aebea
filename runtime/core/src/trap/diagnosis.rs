//! What a fault means, by the address of the instruction.

use wasmelt_abi::{TrapCode, TrapTable};

use crate::{
    stack::StackZone,
    sys::linux::{Fault, FaultKind},
};

/// What a fault means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Diagnosis {
    /// The guest trapped.
    Trap(TrapCode),
    /// Somebody sent the signal.
    Sent,
    /// The processor does not know an instruction that was compiled for it.
    UnknownInstruction,
    /// An error of the compiler or of the runtime.
    Bug,
}

/// Where a trap happened, as far as that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The function.
    pub(super) function: Option<Function<'a>>,
    /// Offset of the instruction in the module, in bytes.
    pub(super) wasm_offset: Option<u32>,
}

/// A function, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Function<'a> {
    /// Its name; empty if it has none.
    pub(super) name: &'a [u8],
    /// Its index in its module.
    pub(super) index: u32,
}

/// What `fault` means, whose instruction is a `site` of the trap table if it is one.
///
/// The order matters. A site of the trap table never touches the stack, and an access to the stack is never a site, so
/// that the table is asked first; but the stack may also end in the runtime, called from the guest, which has no table.
pub(super) fn diagnose(fault: &Fault, site: Option<TrapCode>, stack: &StackZone) -> Diagnosis {
    match (site, fault.kind) {
        _ if !fault.from_kernel => Diagnosis::Sent,
        (Some(code), _) => Diagnosis::Trap(code),
        (None, FaultKind::Access) if stack.overflows(fault.address, fault.sp) => {
            Diagnosis::Trap(TrapCode::StackExhausted)
        }
        (None, FaultKind::Instruction) => Diagnosis::UnknownInstruction,
        (None, FaultKind::Access | FaultKind::Arithmetic) => Diagnosis::Bug,
    }
}

/// What the trap table says about the instruction at `pc` in a program whose code starts at `text`: its place, and why it
/// traps, if it does.
pub(super) fn find<'a>(pc: u64, text: u64, table: Option<&TrapTable<'a>>) -> (Place<'a>, Option<TrapCode>) {
    let pc = pc.checked_sub(text).and_then(|pc| u32::try_from(pc).ok());
    let Some((pc, table)) = pc.zip(table) else { return (Place::default(), None) };
    let Some(record) = table.function(pc) else { return (Place::default(), None) };
    let function = Some(Function { name: table.name(&record), index: record.index });
    match table.site(&record, pc) {
        Some(site) => (Place { function, wasm_offset: Some(site.wasm_offset) }, Some(site.code)),
        None => (Place { function, wasm_offset: None }, None),
    }
}

#[cfg(test)]
mod tests {
    use wasmelt_abi::FunctionRecord;

    use super::*;

    const TEXT: u64 = 0x40_1000;
    const STACK_TOP: u64 = 0x7fff_0000_0000;

    /// Two functions: `div` at 0..16 with a division at 4 (Wasm offset 0x30), and one without a name at 16..32 with a
    /// load at 20 (Wasm offset 0x50).
    fn table() -> Vec<u8> {
        let functions = [
            FunctionRecord { start: 0, end: 16, sites: 0, site_bytes: 3, name: 0, name_bytes: 3, index: 7 },
            FunctionRecord { start: 16, end: 32, sites: 3, site_bytes: 4, name: 3, name_bytes: 0, index: 8 },
        ];
        let sites = [4, TrapCode::IntegerDivideByZero as u8, 0x30, 4, TrapCode::MemoryOutOfBounds as u8, 0xd0, 0x00];
        let mut bytes = Vec::new();
        for count in [2, 7, 3u32] {
            bytes.extend(count.to_le_bytes());
        }
        functions.iter().for_each(|function| bytes.extend(function.to_bytes()));
        bytes.extend(sites);
        bytes.extend(b"div");
        bytes
    }

    fn fault(kind: FaultKind, pc: u64, address: u64) -> Fault {
        Fault { kind, from_kernel: true, pc, sp: STACK_TOP - 0x1000, address, signal: 0 }
    }

    fn check(fault: Fault, expected: Diagnosis, expected_place: Place<'_>) {
        let bytes = table();
        let (place, site) = find(fault.pc, TEXT, TrapTable::new(&bytes).as_ref());
        assert_eq!(diagnose(&fault, site, &StackZone::new(STACK_TOP, 1 << 20)), expected);
        assert_eq!(place, expected_place);
    }

    /// Not in the program's code.
    const NOWHERE: Place<'_> = Place { function: None, wasm_offset: None };

    /// In the second function, but at no site.
    const SECOND: Place<'_> = Place { function: Some(Function { name: b"", index: 8 }), wasm_offset: None };

    /// In the first one.
    const FIRST: Place<'_> = Place { function: DIV, wasm_offset: None };

    const DIV: Option<Function<'_>> = Some(Function { name: b"div", index: 7 });

    #[test]
    fn a_site_means_what_the_table_says() {
        let division = Diagnosis::Trap(TrapCode::IntegerDivideByZero);
        check(fault(FaultKind::Arithmetic, TEXT + 4, 0), division, Place { wasm_offset: Some(0x30), ..FIRST });
        let load = Diagnosis::Trap(TrapCode::MemoryOutOfBounds);
        check(fault(FaultKind::Access, TEXT + 20, 0x2_0000_0000), load, Place { wasm_offset: Some(0x50), ..SECOND });
    }

    #[test]
    fn the_stack_may_end_in_the_program_and_in_the_runtime() {
        for (pc, place) in [(TEXT + 8, FIRST), (TEXT + 32, NOWHERE), (0x1000, NOWHERE)] {
            let fault = fault(FaultKind::Access, pc, STACK_TOP - (1 << 20));
            check(fault, Diagnosis::Trap(TrapCode::StackExhausted), place);
        }
    }

    #[test]
    fn other_accesses_are_bugs() {
        check(fault(FaultKind::Access, TEXT + 8, 0), Diagnosis::Bug, FIRST);
        check(fault(FaultKind::Access, TEXT + 64, 0x1000_0000), Diagnosis::Bug, NOWHERE);
        check(fault(FaultKind::Arithmetic, TEXT + 8, STACK_TOP - 8), Diagnosis::Bug, FIRST);
    }

    #[test]
    fn an_instruction_that_is_no_site_is_unknown_to_the_processor() {
        for (pc, place) in [(TEXT + 5, FIRST), (TEXT + 64, NOWHERE), (0, NOWHERE)] {
            check(fault(FaultKind::Instruction, pc, 0), Diagnosis::UnknownInstruction, place);
        }
    }

    #[test]
    fn a_signal_that_was_sent_is_no_fault() {
        let sent = Fault { from_kernel: false, ..fault(FaultKind::Access, TEXT + 20, 0) };
        check(sent, Diagnosis::Sent, Place { wasm_offset: Some(0x50), ..SECOND });
    }

    #[test]
    fn without_a_table_nothing_is_a_site() {
        assert_eq!(find(TEXT + 20, TEXT, None), (NOWHERE, None));
    }
}
