//! Wasmelt, as one of the engines.

use std::{sync::Arc, time::Duration};

use tempfile::TempDir;
use wasmelt_abi::{HostFunction, Status, TrapCode};
use wasmelt_driver::{
    BoundFunction, BuildOptions, Diagnostic, Entry, ExternIndex, FunctionKind, InstanceIndex, Module, Program,
    ProgramBuilder, Runner, ScriptCall, build_script,
};
use wasmelt_wast::{Record, run_calls};

use crate::{
    observer::observer,
    steps::{Outcome, Step, global_type, normal, result_types},
};

/// How long a case may run.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Wasmelt for a target.
#[derive(Debug)]
pub struct Subject {
    options: BuildOptions,
    runner: Runner,
    directory: TempDir,
}

impl Subject {
    /// Wasmelt that compiles with `options`.
    ///
    /// # Errors
    ///
    /// If programs for the target cannot be run here.
    pub fn new(options: BuildOptions) -> anyhow::Result<Subject> {
        let runner = Runner::find(&options.target).map_err(|diagnostic| anyhow::anyhow!(diagnostic.message))?;
        Ok(Subject { options, runner, directory: tempfile::tempdir()? })
    }

    /// Does `steps` with `module`.
    ///
    /// # Errors
    ///
    /// If one of them leaves no outcome, or the program cannot be built.
    pub(crate) fn run(&self, module: &Arc<Module>, steps: &[Step]) -> Result<Vec<Outcome>, String> {
        let (program, case, observer) = link(module)?;
        let calls: Vec<ScriptCall> = steps.iter().map(|step| call(&program, case, observer, step)).collect();
        let executable = build_script(&program, &self.options, &calls).map_err(|problems| describe(&problems))?;
        let results = calls.iter().map(|call| call.results as usize);
        let (records, end) = run_calls(&executable, results, &self.runner, TIMEOUT, self.directory.path())
            .map_err(|error| error.to_string())?;
        match steps.get(records.len()) {
            Some(step) => Err(format!("{step:?} {end}")),
            None => Ok(records.iter().zip(steps).map(|(record, step)| outcome(module, step, record)).collect()),
        }
    }
}

/// A program of `module` and its observer.
fn link(module: &Arc<Module>) -> Result<(Program, InstanceIndex, InstanceIndex), String> {
    const NAME: &str = "case";
    let observer = Module::parse("observer", observer(module, NAME)).expect("invariant: the observer is valid");
    let mut builder = ProgramBuilder::new();
    let instantiate = |builder: &mut ProgramBuilder, module| {
        builder.instantiate(module, no_host).map_err(|errors| format!("cannot be linked: {errors:?}"))
    };
    let case = instantiate(&mut builder, module.clone())?;
    builder.register(NAME, case);
    let observer = instantiate(&mut builder, Arc::new(observer))?;
    Ok((builder.finish(Entry::Script), case, observer))
}

fn no_host(_: &str, _: &str) -> Option<&'static HostFunction> {
    None
}

fn call(program: &Program, case: InstanceIndex, observer: InstanceIndex, step: &Step) -> ScriptCall {
    match step {
        Step::Initialize => script_call(FunctionKind::Initializer(case), Vec::new(), 0),
        Step::Call { export, arguments } => trampoline(program, case, export, arguments.clone()),
        Step::Memory { export } => trampoline(program, observer, export, Vec::new()),
        Step::Global { export } => match program.module(case).export(export) {
            Some(ExternIndex::Global(global)) => {
                script_call(FunctionKind::GlobalReader(program.global(case, global)), Vec::new(), 1)
            }
            _ => unreachable!("invariant: steps are made of the module's exports"),
        },
    }
}

fn trampoline(program: &Program, instance: InstanceIndex, export: &str, arguments: Vec<u128>) -> ScriptCall {
    let module = program.module(instance);
    let Some(ExternIndex::Function(function)) = module.export(export) else {
        unreachable!("invariant: steps are made of the module's exports")
    };
    let BoundFunction::Wasm(bound) = program.function(instance, function) else {
        unreachable!("invariant: nothing is imported from the host")
    };
    script_call(FunctionKind::Trampoline(bound), arguments, module.function_type(function).results().len())
}

fn script_call(function: FunctionKind, arguments: Vec<u128>, results: usize) -> ScriptCall {
    let results = u32::try_from(results).expect("invariant: functions have at most 1000 results");
    ScriptCall { function, arguments, results }
}

fn outcome(module: &Module, step: &Step, record: &Record) -> Outcome {
    let slots = match record.status {
        Status::Returned => record.results.iter().copied(),
        Status::Trapped(code) => return Err::<_, TrapCode>(code),
    };
    Ok(match step {
        Step::Call { export, .. } => {
            result_types(module, export).iter().zip(slots).map(|(ty, slot)| normal(*ty, slot)).collect()
        }
        Step::Global { export } => slots.map(|slot| normal(global_type(module, export), slot)).collect(),
        Step::Initialize | Step::Memory { .. } => slots.collect(),
    })
}

fn describe(problems: &[Diagnostic]) -> String {
    let messages = problems.iter().map(|problem| format!("{:?}: {}", problem.code, problem.message));
    format!("cannot be built: {}", messages.collect::<Vec<_>>().join("; "))
}
