//! Trap codes: ours are Cranelift's user codes by number, and Cranelift has some of its own for what single instructions
//! do.

use cranelift_codegen::{MachSrcLoc, MachTrap, ir::TrapCode as ClifTrap};
use wasmelt_abi::TrapCode;

use crate::cache::PortableTrap;

pub(crate) const UNREACHABLE: ClifTrap = user(TrapCode::Unreachable);
pub(crate) const MEMORY_OUT_OF_BOUNDS: ClifTrap = ClifTrap::HEAP_OUT_OF_BOUNDS;
pub(crate) const TABLE_OUT_OF_BOUNDS: ClifTrap = user(TrapCode::TableOutOfBounds);
pub(crate) const UNINITIALIZED_ELEMENT: ClifTrap = user(TrapCode::UninitializedElement);
pub(crate) const INDIRECT_CALL_TYPE_MISMATCH: ClifTrap = user(TrapCode::IndirectCallTypeMismatch);
pub(crate) const NULL_REFERENCE: ClifTrap = user(TrapCode::NullReference);
pub(crate) const CAST_FAILURE: ClifTrap = user(TrapCode::CastFailure);
pub(crate) const ARRAY_OUT_OF_BOUNDS: ClifTrap = user(TrapCode::ArrayOutOfBounds);
pub(crate) const UNCAUGHT_EXCEPTION: ClifTrap = user(TrapCode::UncaughtException);
pub(crate) const UNALIGNED_ATOMIC: ClifTrap = user(TrapCode::UnalignedAtomic);
pub(crate) const EXPECTED_SHARED_MEMORY: ClifTrap = user(TrapCode::ExpectedSharedMemory);

const fn user(code: TrapCode) -> ClifTrap {
    // Lossless: the enum is repr(u8).
    ClifTrap::unwrap_user(code as u8)
}

/// Our code for `code`; `None` if no translation uses it.
pub(crate) fn trap_code(code: ClifTrap) -> Option<TrapCode> {
    match code {
        ClifTrap::HEAP_OUT_OF_BOUNDS => Some(TrapCode::MemoryOutOfBounds),
        ClifTrap::STACK_OVERFLOW => Some(TrapCode::StackExhausted),
        ClifTrap::INTEGER_OVERFLOW => Some(TrapCode::IntegerOverflow),
        ClifTrap::INTEGER_DIVISION_BY_ZERO => Some(TrapCode::IntegerDivideByZero),
        ClifTrap::BAD_CONVERSION_TO_INTEGER => Some(TrapCode::InvalidConversionToInteger),
        user => TrapCode::from_number(user.as_raw().get()),
    }
}

/// The trap points of a function, by ascending offset. `locations` are the code's ranges with a known Wasm offset, sorted,
/// the first of which in the function is `base`; what lies outside of them (stack probes) belongs to the function as a whole.
///
/// # Errors
///
/// A trap code that no translation uses.
pub(crate) fn trap_points(
    traps: &[MachTrap],
    locations: &[MachSrcLoc<cranelift_codegen::Final>],
    base: u32,
) -> Result<Vec<PortableTrap>, String> {
    let mut points = Vec::with_capacity(traps.len());
    for trap in traps {
        let code = trap_code(trap.code).ok_or_else(|| format!("unexpected trap code {}", trap.code))?;
        let location = wasm_offset(trap.offset, locations).map(|offset| offset.wrapping_sub(base));
        // Lossless: the enum is repr(u8).
        points.push(PortableTrap { offset: trap.offset, code: code as u8, location });
    }
    points.sort_by_key(|point| point.offset);
    Ok(points)
}

/// The Wasm offset of the instruction at `offset`.
fn wasm_offset(offset: u32, locations: &[MachSrcLoc<cranelift_codegen::Final>]) -> Option<u32> {
    let next = locations.partition_point(|location| location.start <= offset);
    let location = locations.get(next.checked_sub(1)?)?;
    (offset < location.end && !location.loc.is_default()).then(|| location.loc.bits())
}
