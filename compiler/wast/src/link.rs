//! A batch becomes a program and the calls to make in it.

use std::{collections::HashMap, sync::Arc};

use wasmelt_driver::{
    AbstractHeapType, BoundFunction, Entry, ExternIndex, FuncType, FunctionKind, HeapType, InstanceIndex, Module,
    Program, ProgramBuilder, ProgramError, ProgramTypes, ValType,
};

use crate::{
    batch::Batch,
    grown,
    outcome::Outcome,
    resolve::{Event, EventKind, HOST_MODULE, InstanceId},
    script::{Action, ActionKind, Argument, Expected, Hierarchy, Slot, ValueType},
};

/// A program and what to do with it.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) program: Program,
    pub(crate) calls: Vec<Call>,
    /// Outcomes of directives that need no execution after all, with the directives' places in the script.
    pub(crate) outcomes: Vec<(usize, Outcome)>,
}

/// A call.
#[derive(Debug)]
pub(crate) struct Call {
    /// Place of the directive that asks for it; none asks for the initialisation of the host module.
    pub(crate) directive: Option<usize>,
    pub(crate) function: FunctionKind,
    pub(crate) arguments: Vec<Slot>,
    /// Types of the results.
    pub(crate) results: Vec<ValueType>,
    pub(crate) expected: Expected,
}

impl Call {
    fn initializer(directive: Option<usize>, instance: InstanceIndex, expected: Expected) -> Call {
        let function = FunctionKind::Initializer(instance);
        Call { directive, function, arguments: Vec::new(), results: Vec::new(), expected }
    }
}

/// Links the instances of `batch`, with the host module as `host_module` if they import from it.
pub(crate) fn link(batch: &Batch, host_module: &Arc<Module>) -> Job {
    let mut events: Vec<&Event> = batch.components.iter().flat_map(|component| &component.events).collect();
    events.sort_by_key(|event| event.directive);

    let mut linker = Linker::default();
    if events.iter().any(|event| imports_host_module(event)) {
        linker.add_host_module(host_module);
    }
    for event in events {
        linker.event(event);
    }
    linker.finish()
}

fn imports_host_module(event: &Event) -> bool {
    match &event.kind {
        EventKind::Instantiate { module, .. } | EventKind::Refuse { module, .. } => {
            module.imports.iter().any(|import| import.module == HOST_MODULE)
        }
        EventKind::Register { .. } | EventKind::Perform { .. } => false,
    }
}

/// A call of which the export is looked up when the program is whole.
struct Pending {
    directive: usize,
    instance: InstanceIndex,
    action: Action,
    expected: Expected,
}

#[derive(Default)]
struct Linker {
    builder: ProgramBuilder,
    /// The instances that linked.
    instances: HashMap<InstanceId, InstanceIndex>,
    steps: Vec<Step>,
    outcomes: Vec<(usize, Outcome)>,
}

enum Step {
    Initialize(Call),
    Perform(Pending),
}

impl Linker {
    fn add_host_module(&mut self, module: &Arc<Module>) {
        let instance =
            self.builder.instantiate(module.clone(), no_host).expect("invariant: the host module imports nothing");
        self.builder.register(HOST_MODULE, instance);
        self.steps.push(Step::Initialize(Call::initializer(None, instance, Expected::Return)));
    }

    fn event(&mut self, event: &Event) {
        let directive = event.directive;
        match &event.kind {
            EventKind::Instantiate { instance, module, expected } => {
                match self.instantiate(directive, module, expected.clone()) {
                    Ok(index) => drop(self.instances.insert(*instance, index)),
                    Err(errors) => self.decide(directive, Outcome::Failed(describe(&errors))),
                }
            }
            EventKind::Refuse { module, message } => {
                // Whether the module links is asked of the builder, which an error leaves as it is. One that does link is
                // never initialised, so that nothing observes it.
                let outcome = match self.builder.instantiate(module.clone(), no_host) {
                    Ok(_) => Outcome::Failed("the module linked".to_owned()),
                    Err(errors) => judge_link_errors(&errors, message),
                };
                self.decide(directive, outcome);
            }
            EventKind::Register { instance, import_name } => {
                let outcome = match self.instances.get(instance) {
                    Some(&instance) => {
                        self.builder.register(import_name.as_str(), instance);
                        Outcome::Passed
                    }
                    None => not_linked(),
                };
                self.decide(directive, outcome);
            }
            EventKind::Perform { instance, action, expected } => match self.instances.get(instance) {
                Some(&instance) => self.perform(directive, instance, action.clone(), expected.clone()),
                None => self.decide(directive, not_linked()),
            },
        }
    }

    fn instantiate(
        &mut self,
        directive: usize,
        module: &Arc<Module>,
        expected: Expected,
    ) -> Result<InstanceIndex, Vec<ProgramError>> {
        let instance = match self.builder.instantiate(module.clone(), no_host) {
            Ok(instance) => instance,
            Err(errors) => self.instantiate_grown(directive, module).ok_or(errors)?,
        };
        self.steps.push(Step::Initialize(Call::initializer(Some(directive), instance, expected)));
        Ok(instance)
    }

    /// Instantiates `module` if what it imports may have grown to the sizes that it asks for.
    fn instantiate_grown(&mut self, directive: usize, module: &Module) -> Option<InstanceIndex> {
        let instance = self.builder.instantiate(Arc::new(grown::without_minimums(module)?), no_host).ok()?;
        for check in grown::checks(module)? {
            let check = self.builder.instantiate(Arc::new(check), no_host).ok()?;
            let kind = ActionKind::Invoke(Vec::new());
            let action = Action { instance: None, export: grown::CHECK.to_owned(), kind };
            self.perform(directive, check, action, Expected::LargeEnough);
        }
        Some(instance)
    }

    fn perform(&mut self, directive: usize, instance: InstanceIndex, action: Action, expected: Expected) {
        self.steps.push(Step::Perform(Pending { directive, instance, action, expected }));
    }

    fn decide(&mut self, directive: usize, outcome: Outcome) {
        self.outcomes.push((directive, outcome));
    }

    fn finish(self) -> Job {
        let program = self.builder.finish(Entry::Script);
        let mut job = Job { program, calls: Vec::new(), outcomes: self.outcomes };
        for step in self.steps {
            match step {
                Step::Initialize(call) => job.calls.push(call),
                Step::Perform(Pending { directive, instance, action, expected }) => {
                    match look_up(&job.program, instance, &action) {
                        Ok((function, arguments, results)) => {
                            let directive = Some(directive);
                            job.calls.push(Call { directive, function, arguments, results, expected });
                        }
                        Err(outcome) => job.outcomes.push((directive, outcome)),
                    }
                }
            }
        }
        job
    }
}

/// Test scripts import from modules only.
fn no_host(_: &str, _: &str) -> Option<&'static wasmelt_abi::HostFunction> {
    None
}

fn not_linked() -> Outcome {
    Outcome::Failed("its module did not link".to_owned())
}

fn describe(errors: &[ProgramError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Compares why a module does not link with `message`, in the words of the suite.
fn judge_link_errors(errors: &[ProgramError], message: &str) -> Outcome {
    let matches = |error: &ProgramError| match error {
        ProgramError::MissingImport { .. } => message.starts_with("unknown"),
        ProgramError::ImportType { .. } => message.starts_with("incompatible"),
        _ => false,
    };
    Outcome::check(errors.iter().any(matches), || format!("{} instead of \"{message}\"", describe(errors)))
}

/// What to call for `action`, with which arguments, and the types of the results.
fn look_up(
    program: &Program,
    instance: InstanceIndex,
    action: &Action,
) -> Result<(FunctionKind, Vec<Slot>, Vec<ValueType>), Outcome> {
    let types = &program.types;
    let export = program.module(instance).export(&action.export);
    match (&action.kind, export) {
        (ActionKind::Invoke(arguments), Some(ExternIndex::Function(function))) => {
            let BoundFunction::Wasm(function) = program.function(instance, function) else {
                return Err(Outcome::Skipped("calls of host functions from outside".to_owned()));
            };
            let ty = program.function_type(function);
            let fit = arguments.len() == ty.params().len()
                && arguments.iter().zip(ty.params()).all(|(argument, param)| accepts(types, *param, *argument));
            if !fit {
                return Err(Outcome::Failed(format!("`{}` is a function {}", action.export, display_type(ty))));
            }
            let slots = arguments.iter().map(|argument| argument.slot).collect();
            let results = ty.results().iter().map(|ty| value_type(types, *ty)).collect();
            Ok((FunctionKind::Trampoline(function), slots, results))
        }
        (ActionKind::Get, Some(ExternIndex::Global(global))) => {
            let global = program.global(instance, global);
            let ty = value_type(types, program.global_type(global).content_type);
            Ok((FunctionKind::GlobalReader(global), Vec::new(), vec![ty]))
        }
        (ActionKind::Invoke(_), _) => {
            Err(Outcome::Failed(format!("there is no exported function `{}`", action.export)))
        }
        (ActionKind::Get, _) => Err(Outcome::Failed(format!("there is no exported global `{}`", action.export))),
    }
}

/// Whether a parameter of type `param` takes `argument`: null if it may be null, a value of the host if any reference of the
/// hierarchy will do.
fn accepts(types: &ProgramTypes, param: ValType, argument: Argument) -> bool {
    let is_top = |ty| matches!(ty, HeapType::Abstract { ty: AbstractHeapType::Any | AbstractHeapType::Extern, .. });
    let takes = match param {
        ValType::Ref(ty) if argument.is_null() => ty.is_nullable(),
        ValType::Ref(ty) => is_top(ty.heap_type()),
        _ => true,
    };
    takes && value_type(types, param) == argument.ty
}

/// The type `ty` as scripts know it.
fn value_type(types: &ProgramTypes, ty: ValType) -> ValueType {
    match ty {
        ValType::I32 => ValueType::I32,
        ValType::I64 => ValueType::I64,
        ValType::F32 => ValueType::F32,
        ValType::F64 => ValueType::F64,
        ValType::V128 => ValueType::V128,
        ValType::Ref(ty) => ValueType::Reference(hierarchy(types.abstract_type(ty.heap_type()))),
    }
}

fn hierarchy(ty: AbstractHeapType) -> Hierarchy {
    match ty {
        AbstractHeapType::Func | AbstractHeapType::NoFunc => Hierarchy::Function,
        AbstractHeapType::Extern | AbstractHeapType::NoExtern => Hierarchy::Extern,
        AbstractHeapType::Exn | AbstractHeapType::NoExn => Hierarchy::Exception,
        AbstractHeapType::Cont | AbstractHeapType::NoCont => Hierarchy::Continuation,
        _ => Hierarchy::Any,
    }
}

fn display_type(ty: &FuncType) -> String {
    let list = |types: &[ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("({}) -> ({})", list(ty.params()), list(ty.results()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{batch::pack, resolve::resolve, script};

    fn jobs(text: &str) -> Vec<Job> {
        let host_module = crate::run::host_module();
        let batches = pack(resolve(script::parse(text).unwrap()).components);
        batches.iter().map(|batch| link(batch, &host_module)).collect()
    }

    #[test]
    fn calls_are_in_the_order_of_the_script() {
        let text = r#"(module $A (func (export "f"))) (module (func (export "g"))) (invoke $A "f") (invoke "g")"#;
        let [job] = &jobs(text)[..] else { panic!("one executable") };
        let directives: Vec<Option<usize>> = job.calls.iter().map(|call| call.directive).collect();
        assert_eq!(directives, [Some(0), Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn the_host_module_is_there_when_it_is_imported_from() {
        let [job] = &jobs(r#"(module (import "spectest" "print_i32" (func (param i32))))"#)[..] else {
            panic!("one executable")
        };
        assert_eq!(job.program.instances.len(), 2);
        assert_eq!(job.outcomes, []);
    }

    #[test]
    fn link_errors_are_compared_with_the_words_of_the_suite() {
        let text = r#"
            (module (func (export "f"))) (register "m")
            (assert_unlinkable (module (import "m" "g" (func))) "unknown import")
            (assert_unlinkable (module (import "m" "f" (func (param i32)))) "incompatible import type")
            (assert_unlinkable (module (import "m" "f" (func (param i32)))) "unknown import")
            (assert_unlinkable (module (import "m" "f" (func))) "unknown import")"#;
        let [job] = &jobs(text)[..] else { panic!("one executable") };
        let passed: Vec<bool> = job.outcomes.iter().map(|(_, outcome)| *outcome == Outcome::Passed).collect();
        assert_eq!(passed, [true, true, true, false, false]);
    }

    #[test]
    fn a_module_may_import_what_has_grown() {
        let text = r#"
            (module (memory (export "m") 1) (func (export "g") (result i32) (memory.grow (i32.const 1))))
            (register "m") (invoke "g")
            (module (import "m" "m" (memory 2)))
            (assert_unlinkable (module (import "m" "m" (memory 2 3))) "incompatible import type")"#;
        let [job] = &jobs(text)[..] else { panic!("one executable") };
        assert_eq!(job.outcomes, [(1, Outcome::Passed), (4, Outcome::Passed)]);
        // The size is checked before the importing module is initialised.
        let directives: Vec<Option<usize>> = job.calls.iter().map(|call| call.directive).collect();
        assert_eq!(directives, [Some(0), Some(2), Some(3), Some(3)]);
        assert!(matches!(job.calls[2].function, FunctionKind::Trampoline(_)));
    }

    #[test]
    fn a_call_with_arguments_of_other_types_fails() {
        let [job] = &jobs(r#"(module (func (export "f") (param i32))) (invoke "f" (i64.const 0))"#)[..] else {
            panic!("one executable")
        };
        assert_eq!(job.outcomes, [(1, Outcome::Failed("`f` is a function (i32) -> ()".to_owned()))]);
    }
}
