//! Vectors and memory (WebAssembly core specification, section 4.4.7 "Memory Instructions"), but for whole vectors, which
//! are loaded and stored as scalars are.
//!
//! An access traps if any of its bytes lies outside of the memory; [`access`] forms addresses.

use cranelift_codegen::ir::{InstBuilder, Opcode, Type};
use wasmparser::MemArg;

use crate::{abi::ADDRESS, access, function::Translator};

/// `load8x8_s` and its like: `[index] → [the 8 bytes there, their lanes extended to twice their width as opcode does]`.
pub(crate) fn load_extend(t: &mut Translator<'_>, argument: &MemArg, opcode: Opcode) {
    // The lanes are part of the opcode; what it leaves open is the address.
    let vector = access::load(t, argument, opcode, ADDRESS);
    t.push_lanes(vector);
}

/// `load8_splat` and its like: `[index] → [the scalar there, in every lane]`.
pub(crate) fn load_splat(t: &mut Translator<'_>, argument: &MemArg, lanes: Type) {
    let scalar = access::load(t, argument, Opcode::Load, lanes.lane_type());
    let vector = t.ins().splat(lanes, scalar);
    t.push_lanes(vector);
}

/// `load32_zero` and its like: `[index] → [the scalar there in lane 0, zero elsewhere]`.
pub(crate) fn load_zero(t: &mut Translator<'_>, argument: &MemArg, lanes: Type) {
    let scalar = access::load(t, argument, Opcode::Load, lanes.lane_type());
    let vector = t.ins().scalar_to_vector(lanes, scalar);
    t.push_lanes(vector);
}

/// `load8_lane` and its like: `[index, a] → [a, but the scalar there in lane]`.
pub(crate) fn load_lane(t: &mut Translator<'_>, argument: &MemArg, lanes: Type, lane: u8) {
    let a = t.pop_lanes(lanes);
    let scalar = access::load(t, argument, Opcode::Load, lanes.lane_type());
    let vector = t.ins().insertlane(a, scalar, lane);
    t.push_lanes(vector);
}

/// `store8_lane` and its like: `[index, a] → []`, stores `lane` of a there.
pub(crate) fn store_lane(t: &mut Translator<'_>, argument: &MemArg, lanes: Type, lane: u8) {
    let a = t.pop_lanes(lanes);
    let scalar = t.ins().extractlane(a, lane);
    access::store(t, argument, Opcode::Store, scalar);
}
