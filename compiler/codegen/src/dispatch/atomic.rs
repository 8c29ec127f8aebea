//! Which function translates which atomic operator: one line each, no logic.

use cranelift_codegen::ir::{
    AtomicRmwOp,
    types::{I8, I16, I32, I64},
};
use wasmparser::Operator;

use super::simd;
use crate::{
    function::{TranslateError, Translator},
    ops::atomic,
};

/// Translates `operator`.
///
/// # Errors
///
/// It is of a proposal that modules are not accepted with, or the target's processor has no instructions for it.
#[rustfmt::skip]
pub(super) fn operator(t: &mut Translator<'_>, operator: &Operator<'_>) -> Result<(), TranslateError> {
    use Operator as O;
    match *operator {
        // Loads and stores
        O::I32AtomicLoad { ref memarg } => atomic::load(t, memarg, I32, I32),
        O::I32AtomicLoad8U { ref memarg } => atomic::load(t, memarg, I8, I32),
        O::I32AtomicLoad16U { ref memarg } => atomic::load(t, memarg, I16, I32),
        O::I64AtomicLoad { ref memarg } => atomic::load(t, memarg, I64, I64),
        O::I64AtomicLoad8U { ref memarg } => atomic::load(t, memarg, I8, I64),
        O::I64AtomicLoad16U { ref memarg } => atomic::load(t, memarg, I16, I64),
        O::I64AtomicLoad32U { ref memarg } => atomic::load(t, memarg, I32, I64),
        O::I32AtomicStore { ref memarg } => atomic::store(t, memarg, I32),
        O::I32AtomicStore8 { ref memarg } => atomic::store(t, memarg, I8),
        O::I32AtomicStore16 { ref memarg } => atomic::store(t, memarg, I16),
        O::I64AtomicStore { ref memarg } => atomic::store(t, memarg, I64),
        O::I64AtomicStore8 { ref memarg } => atomic::store(t, memarg, I8),
        O::I64AtomicStore16 { ref memarg } => atomic::store(t, memarg, I16),
        O::I64AtomicStore32 { ref memarg } => atomic::store(t, memarg, I32),

        // Read, modify, write
        O::I32AtomicRmwAdd { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Add, I32, I32),
        O::I32AtomicRmw8AddU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Add, I8, I32),
        O::I32AtomicRmw16AddU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Add, I16, I32),
        O::I64AtomicRmwAdd { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Add, I64, I64),
        O::I64AtomicRmw8AddU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Add, I8, I64),
        O::I64AtomicRmw16AddU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Add, I16, I64),
        O::I64AtomicRmw32AddU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Add, I32, I64),
        O::I32AtomicRmwSub { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Sub, I32, I32),
        O::I32AtomicRmw8SubU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Sub, I8, I32),
        O::I32AtomicRmw16SubU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Sub, I16, I32),
        O::I64AtomicRmwSub { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Sub, I64, I64),
        O::I64AtomicRmw8SubU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Sub, I8, I64),
        O::I64AtomicRmw16SubU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Sub, I16, I64),
        O::I64AtomicRmw32SubU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Sub, I32, I64),
        O::I32AtomicRmwAnd { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::And, I32, I32),
        O::I32AtomicRmw8AndU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::And, I8, I32),
        O::I32AtomicRmw16AndU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::And, I16, I32),
        O::I64AtomicRmwAnd { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::And, I64, I64),
        O::I64AtomicRmw8AndU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::And, I8, I64),
        O::I64AtomicRmw16AndU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::And, I16, I64),
        O::I64AtomicRmw32AndU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::And, I32, I64),
        O::I32AtomicRmwOr { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Or, I32, I32),
        O::I32AtomicRmw8OrU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Or, I8, I32),
        O::I32AtomicRmw16OrU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Or, I16, I32),
        O::I64AtomicRmwOr { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Or, I64, I64),
        O::I64AtomicRmw8OrU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Or, I8, I64),
        O::I64AtomicRmw16OrU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Or, I16, I64),
        O::I64AtomicRmw32OrU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Or, I32, I64),
        O::I32AtomicRmwXor { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xor, I32, I32),
        O::I32AtomicRmw8XorU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xor, I8, I32),
        O::I32AtomicRmw16XorU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xor, I16, I32),
        O::I64AtomicRmwXor { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xor, I64, I64),
        O::I64AtomicRmw8XorU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xor, I8, I64),
        O::I64AtomicRmw16XorU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xor, I16, I64),
        O::I64AtomicRmw32XorU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xor, I32, I64),
        O::I32AtomicRmwXchg { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xchg, I32, I32),
        O::I32AtomicRmw8XchgU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xchg, I8, I32),
        O::I32AtomicRmw16XchgU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xchg, I16, I32),
        O::I64AtomicRmwXchg { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xchg, I64, I64),
        O::I64AtomicRmw8XchgU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xchg, I8, I64),
        O::I64AtomicRmw16XchgU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xchg, I16, I64),
        O::I64AtomicRmw32XchgU { ref memarg } => atomic::read_modify_write(t, memarg, AtomicRmwOp::Xchg, I32, I64),
        O::I32AtomicRmwCmpxchg { ref memarg } => atomic::compare_exchange(t, memarg, I32, I32),
        O::I32AtomicRmw8CmpxchgU { ref memarg } => atomic::compare_exchange(t, memarg, I8, I32),
        O::I32AtomicRmw16CmpxchgU { ref memarg } => atomic::compare_exchange(t, memarg, I16, I32),
        O::I64AtomicRmwCmpxchg { ref memarg } => atomic::compare_exchange(t, memarg, I64, I64),
        O::I64AtomicRmw8CmpxchgU { ref memarg } => atomic::compare_exchange(t, memarg, I8, I64),
        O::I64AtomicRmw16CmpxchgU { ref memarg } => atomic::compare_exchange(t, memarg, I16, I64),
        O::I64AtomicRmw32CmpxchgU { ref memarg } => atomic::compare_exchange(t, memarg, I32, I64),

        // Order and waiting
        O::AtomicFence { .. } => atomic::fence(t),
        O::MemoryAtomicNotify { ref memarg } => atomic::notify(t, memarg),
        O::MemoryAtomicWait32 { ref memarg } => atomic::wait(t, memarg, I32),
        O::MemoryAtomicWait64 { ref memarg } => atomic::wait(t, memarg, I64),

        _ => simd::operator(t, operator)?,
    }
    Ok(())
}
