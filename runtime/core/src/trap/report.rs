//! The line that says why the process ends.

use wasmelt_abi::TrapCode;

use super::diagnosis::Place;
use crate::{line::Line, sys::linux::Fault};

/// The guest trapped: `wasmelt: trap: KIND in function "NAME" (index 12) at wasm offset 0x1a2b`.
pub(super) fn trap(code: TrapCode, place: &Place<'_>) -> Line {
    let mut line = Line::new("wasmelt: trap: ");
    line.text(code.message());
    if let Some(function) = place.function {
        line.text(" in function ");
        let index = u64::from(function.index);
        match function.name {
            b"" => line.decimal(index),
            name => line.text("\"").quoted(name).text("\" (index ").decimal(index).text(")"),
        };
    }
    if let Some(offset) = place.wasm_offset {
        line.text(" at wasm offset ").hexadecimal(u64::from(offset));
    }
    line
}

/// The processor does not know an instruction.
pub(super) fn unknown_instruction(fault: &Fault, cpu_level: &[u8]) -> Line {
    let mut line = Line::new("wasmelt: illegal instruction at pc ");
    line.hexadecimal(fault.pc).text(": this processor may lack the program's CPU level, ").quoted(cpu_level);
    line
}

/// A fault that no program can cause.
pub(super) fn bug(fault: &Fault) -> Line {
    let mut line = Line::new("wasmelt: bug: the runtime faulted (signal ");
    line.decimal(u64::from(fault.signal)).text(" at pc ").hexadecimal(fault.pc);
    line.text(", address ").hexadecimal(fault.address).text(")");
    line
}

#[cfg(test)]
mod tests {
    use super::{super::diagnosis::Function, *};
    use crate::sys::linux::FaultKind;

    fn check(mut line: Line, expected: &str) {
        assert_eq!(std::str::from_utf8(line.end()).unwrap(), format!("{expected}\n"));
    }

    #[test]
    fn a_trap_is_reported_with_what_is_known_of_its_place() {
        let code = TrapCode::MemoryOutOfBounds;
        for (name, wasm_offset, expected) in [
            (None, None, ""),
            (Some("main"), Some(0x1a2b), " in function \"main\" (index 12) at wasm offset 0x1a2b"),
            (Some(""), Some(0), " in function 12 at wasm offset 0x0"),
            (Some("a\nb"), None, " in function \"a?b\" (index 12)"),
        ] {
            let function = name.map(|name: &str| Function { name: name.as_bytes(), index: 12 });
            let place = Place { function, wasm_offset };
            check(trap(code, &place), &format!("wasmelt: trap: out of bounds memory access{expected}"));
        }
    }

    #[test]
    fn other_faults_name_their_addresses() {
        let fault =
            Fault { kind: FaultKind::Access, from_kernel: true, pc: 0x401000, sp: 0, address: 0x10, signal: 11 };
        check(bug(&fault), "wasmelt: bug: the runtime faulted (signal 11 at pc 0x401000, address 0x10)");
        let expected = "wasmelt: illegal instruction at pc 0x401000: \
                        this processor may lack the program's CPU level, x86-64-v3";
        check(unknown_instruction(&fault, b"x86-64-v3"), expected);
    }
}
