//! The other engine.

use wasmelt_abi::TrapCode;
use wasmelt_driver::Module;
use wasmelt_module::ACCEPTED_FEATURES;
use wasmparser::WasmFeatures;
use wasmtime::{Config, Engine, Instance, OptLevel, Store, Trap, Val};

use crate::{
    observer::hash,
    steps::{Outcome, Step, normal, result_types},
};

/// Instructions that a module may execute, about, before the case is given up.
const FUEL: u64 = 200_000_000;

/// Wasmtime.
#[derive(Debug)]
pub struct Oracle {
    engine: Engine,
}

/// What the oracle says.
#[derive(Debug)]
pub(crate) struct Answer {
    /// How the steps ended, up to the one at which the oracle gave up.
    pub(crate) outcomes: Vec<Outcome>,
    /// Why it gave up, if it did.
    pub(crate) gave_up: Option<String>,
}

impl Oracle {
    /// The oracle. Where it can do otherwise than Wasmelt, it does: it checks bounds by comparing, has no signal handlers, and
    /// does not optimise.
    ///
    /// # Errors
    ///
    /// If this machine cannot have one.
    pub fn new() -> anyhow::Result<Oracle> {
        const STACK_BYTES: usize = 1 << 20;
        let has = |feature| ACCEPTED_FEATURES.contains(feature);
        let mut config = Config::new();
        config
            .consume_fuel(true)
            .cranelift_opt_level(OptLevel::None)
            .max_wasm_stack(STACK_BYTES)
            .memory_guard_size(0)
            .memory_reservation(0)
            .signals_based_traps(false)
            .wasm_custom_page_sizes(has(WasmFeatures::CUSTOM_PAGE_SIZES))
            .wasm_exceptions(has(WasmFeatures::EXCEPTIONS))
            .wasm_function_references(has(WasmFeatures::FUNCTION_REFERENCES))
            .wasm_gc(has(WasmFeatures::GC))
            .wasm_memory64(has(WasmFeatures::MEMORY64))
            .wasm_multi_memory(true)
            .wasm_tail_call(true)
            .wasm_wide_arithmetic(true);
        let engine = Engine::new(&config).map_err(|error| anyhow::anyhow!("{error:#}"))?;
        Ok(Oracle { engine })
    }

    /// Does `steps` with `module`. One that cannot be instantiated ends the list.
    pub(crate) fn run(&self, module: &Module, steps: &[Step]) -> Answer {
        let mut answer = Answer { outcomes: Vec::new(), gave_up: None };
        if let Err(error) = self.run_steps(module, steps, &mut answer.outcomes) {
            answer.gave_up = Some(format!("{error:#}"));
        }
        answer
    }

    fn run_steps(&self, module: &Module, steps: &[Step], outcomes: &mut Vec<Outcome>) -> wasmtime::Result<()> {
        let compiled = wasmtime::Module::new(&self.engine, &module.bytes)?;
        let mut store = Store::new(&self.engine, ());
        store.set_fuel(FUEL)?;
        let instance = match Instance::new(&mut store, &compiled, &[]) {
            Ok(instance) => instance,
            Err(error) => {
                outcomes.push(Err(trap(error)?));
                return Ok(());
            }
        };
        outcomes.push(Ok(Vec::new()));
        for step in &steps[1..] {
            let outcome = match run_step(module, step, instance, &mut store) {
                Ok(values) => Ok(values),
                Err(error) => Err(trap(error)?),
            };
            outcomes.push(outcome);
        }
        Ok(())
    }
}

fn run_step(module: &Module, step: &Step, instance: Instance, store: &mut Store<()>) -> wasmtime::Result<Vec<u128>> {
    const EXPORTED: &str = "invariant: steps are made of the module's exports";
    match step {
        Step::Initialize => unreachable!("invariant: this is the first step only"),
        Step::Call { export, arguments } => {
            let function = instance.get_func(&mut *store, export).expect(EXPORTED);
            let parameters = function.ty(&*store);
            let arguments: Vec<Val> = parameters
                .params()
                .zip(arguments)
                .map(|(ty, slot)| value(&ty, *slot))
                .collect::<Option<_>>()
                .ok_or_else(|| wasmtime::Error::msg("a parameter takes no null reference, and no other is at hand"))?;
            let types = result_types(module, export);
            let mut results = vec![Val::I32(0); types.len()];
            function.call(&mut *store, &arguments, &mut results)?;
            Ok(types.iter().zip(&results).map(|(ty, result)| normal(*ty, slot(result))).collect())
        }
        Step::Global { export } => {
            let global = instance.get_global(&mut *store, export).expect(EXPORTED);
            let value = global.get(&mut *store);
            Ok(vec![normal(crate::steps::global_type(module, export), slot(&value))])
        }
        Step::Memory { export } => {
            let memory = instance.get_memory(&mut *store, export).expect(EXPORTED);
            Ok(vec![u128::from(hash(memory.data(&*store)))])
        }
    }
}

fn value(ty: &wasmtime::ValType, slot: u128) -> Option<Val> {
    Some(match ty {
        wasmtime::ValType::I32 => Val::I32(slot as i32),
        wasmtime::ValType::I64 => Val::I64(slot as i64),
        wasmtime::ValType::F32 => Val::F32(slot as u32),
        wasmtime::ValType::F64 => Val::F64(slot as u64),
        wasmtime::ValType::V128 => Val::V128(slot.into()),
        wasmtime::ValType::Ref(_) => Val::default_for_ty(ty)?,
    })
}

fn slot(value: &Val) -> u128 {
    match value {
        Val::I32(value) => u128::from(*value as u32),
        Val::I64(value) => u128::from(*value as u64),
        Val::F32(bits) => u128::from(*bits),
        Val::F64(bits) => u128::from(*bits),
        Val::V128(value) => value.as_u128(),
        reference => u128::from(!reference.ref_().expect("invariant: all others are references").is_null()),
    }
}

/// The trap that `error` is, if both engines have to agree on it: not that the stack, or what the oracle grants, is used up.
fn trap(error: wasmtime::Error) -> wasmtime::Result<TrapCode> {
    Ok(match error.downcast_ref::<Trap>() {
        Some(Trap::MemoryOutOfBounds) => TrapCode::MemoryOutOfBounds,
        Some(Trap::TableOutOfBounds) => TrapCode::TableOutOfBounds,
        Some(Trap::IndirectCallToNull) => TrapCode::UninitializedElement,
        Some(Trap::BadSignature) => TrapCode::IndirectCallTypeMismatch,
        Some(Trap::IntegerOverflow) => TrapCode::IntegerOverflow,
        Some(Trap::IntegerDivisionByZero) => TrapCode::IntegerDivideByZero,
        Some(Trap::BadConversionToInteger) => TrapCode::InvalidConversionToInteger,
        Some(Trap::UnreachableCodeReached) => TrapCode::Unreachable,
        Some(Trap::NullReference) => TrapCode::NullReference,
        Some(Trap::ArrayOutOfBounds) => TrapCode::ArrayOutOfBounds,
        Some(Trap::CastFailure) => TrapCode::CastFailure,
        Some(Trap::HeapMisaligned) => TrapCode::UnalignedAtomic,
        Some(Trap::AtomicWaitNonSharedMemory) => TrapCode::ExpectedSharedMemory,
        None if error.is::<wasmtime::ThrownException>() => TrapCode::UncaughtException,
        _ => return Err(error),
    })
}
