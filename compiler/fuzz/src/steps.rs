//! What is done with a module, and what comes of it.

use wasmelt_abi::TrapCode;
use wasmelt_driver::{ExternIndex, Module, ValType};
use wasmelt_testing::Random;

/// Something that both engines do, in order.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Instantiates the module.
    Initialize,
    /// Calls the exported function with values in slots.
    Call { export: String, arguments: Vec<u128> },
    /// Reads the exported global.
    Global { export: String },
    /// Hashes the exported memory.
    Memory { export: String },
}

/// How a step ended: with values in slots, or a trap.
pub(crate) type Outcome = Result<Vec<u128>, TrapCode>;

/// The steps for `module`. Arguments depend on the export's name only, so that they stay when the module is reduced.
pub(crate) fn steps(module: &Module) -> Vec<Step> {
    const ROUNDS: u64 = 3;
    let mut steps = vec![Step::Initialize];
    for round in 0..ROUNDS {
        for export in &module.exports {
            let ExternIndex::Function(function) = export.item else { continue };
            let name = export.name.bytes().fold(round, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
            let mut random = Random::new(name);
            let parameters = module.function_type(function).params();
            let arguments = parameters.iter().map(|ty| argument(*ty, &mut random)).collect();
            steps.push(Step::Call { export: export.name.clone(), arguments });
        }
    }
    steps.extend(module.exports.iter().filter_map(|export| match export.item {
        ExternIndex::Global(_) => Some(Step::Global { export: export.name.clone() }),
        ExternIndex::Memory(_) => Some(Step::Memory { export: export.name.clone() }),
        _ => None,
    }));
    steps
}

/// A value of type `ty`: often one at a limit; references are null.
fn argument(ty: ValType, random: &mut Random) -> u128 {
    const LIMITS: [u64; 8] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, i64::MAX as u64, i64::MIN as u64, u64::MAX];
    const FLOATS: [f64; 8] =
        [0.0, -0.0, 1.5, f64::INFINITY, f64::NAN, -2_147_483_649.0, 18_446_744_073_709_551_615.0, 5e-324];
    let mut word = || match random.below(3) {
        0 => random.number(),
        1 => u64::from(random.number() as u8),
        _ => *random.choose(&LIMITS),
    };
    match ty {
        ValType::I32 => u128::from(word() as u32),
        ValType::I64 => u128::from(word()),
        ValType::F32 => u128::from((*random.choose(&FLOATS) as f32).to_bits()),
        ValType::F64 => u128::from(random.choose(&FLOATS).to_bits()),
        ValType::V128 => u128::from(word()) << 64 | u128::from(word()),
        ValType::Ref(_) => 0,
    }
}

/// The slot `slot` of type `ty`, as far as engines have to agree: one value for all NaNs, and of references whether they are
/// null.
pub(crate) fn normal(ty: ValType, slot: u128) -> u128 {
    match ty {
        ValType::F32 if f32::from_bits(slot as u32).is_nan() => u128::from(f32::NAN.to_bits()),
        ValType::F64 if f64::from_bits(slot as u64).is_nan() => u128::from(f64::NAN.to_bits()),
        ValType::Ref(_) => u128::from(slot as u64 != 0),
        // A value stands in the low bits of its slot; what is above them says nothing.
        ValType::I32 | ValType::F32 => u128::from(slot as u32),
        ValType::I64 | ValType::F64 => u128::from(slot as u64),
        ValType::V128 => slot,
    }
}

/// The type of the exported global `export`.
pub(crate) fn global_type(module: &Module, export: &str) -> ValType {
    match module.export(export) {
        Some(ExternIndex::Global(global)) => module.globals[global.index()].ty.content_type,
        _ => unreachable!("invariant: steps are made of the module's exports"),
    }
}

/// The types of the results of the exported function `export`.
pub(crate) fn result_types<'a>(module: &'a Module, export: &str) -> &'a [ValType] {
    match module.export(export) {
        Some(ExternIndex::Function(function)) => module.function_type(function).results(),
        _ => unreachable!("invariant: steps are made of the module's exports"),
    }
}
