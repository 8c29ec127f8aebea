//! What the operators mean in CLIF. One family = one file; families do not use each other.

pub(crate) mod atomic;
pub(crate) mod bulk_memory;
pub(crate) mod calls;
pub(crate) mod control;
pub(crate) mod convert;
pub(crate) mod float;
pub(crate) mod gc;
pub(crate) mod integer;
pub(crate) mod memory;
pub(crate) mod reference;
pub(crate) mod rounding;
pub(crate) mod simd;
pub(crate) mod table;
pub(crate) mod variables;
pub(crate) mod wide_arithmetic;
