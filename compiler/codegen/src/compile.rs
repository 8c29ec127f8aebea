//! Compiles all functions of a program, in parallel.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::atomic::{AtomicUsize, Ordering},
};

use cranelift_codegen::{
    CompiledCode, Context,
    control::ControlPlane,
    ir::{Function, UserFuncName},
};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rayon::prelude::*;
use wasmelt_module::{Program, ProgramFunction};
use wasmelt_targets::Target;

use crate::{
    CompileError, CompiledFunction, CompiledProgram, Determinism, FunctionKind, Options, Progress, StackMap,
    cache::{Cache, Place, Portable},
    emitter::Emitter,
    entry,
    function::{self, TranslateError},
    isa::{self, Isa},
    landings,
    plan::Plan,
    relocation,
    symbols::Symbols,
    traps,
};

/// Compiles `program` for `target`.
///
/// # Errors
///
/// The program does not fit into the address space, the target's processor is not known here or lacks instructions that the
/// program needs. Errors that are the compiler's own name the first function concerned.
pub fn compile(program: &Program, target: &Target, options: &Options<'_>) -> Result<CompiledProgram, CompileError> {
    let isa = isa::for_target(target, options)?;
    let plan = Plan::new(program, target, options.bounds)?;
    let kinds = entry::functions(program, &plan.layout);
    let cache = options.store.map(|store| Cache::new(store, &plan, &*isa, &format!("{options:?}")));

    let (done, total) = (AtomicUsize::new(0), kinds.len());
    let compiled: Vec<_> = kinds
        .into_par_iter()
        .map_init(
            || Worker { cache: cache.as_ref(), ..Worker::new(&plan, &isa, options.determinism) },
            |worker, kind| {
                let function = worker.guarded(kind, |worker| worker.compile(kind));
                if let Some(progress) = options.progress {
                    progress(Progress { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
                }
                function
            },
        )
        .collect();
    // Not collected as a result above: which error came first would depend on the threads.
    let functions = compiled.into_iter().collect::<Result<_, _>>()?;
    if let Some(cache) = cache {
        cache.finish();
    }
    Ok(CompiledProgram { target: *target, functions, layout: plan.layout })
}

/// The CLIF of `function` as it is translated, before any optimisation.
///
/// # Errors
///
/// As of [`compile`].
pub fn clif(
    program: &Program,
    target: &Target,
    options: &Options<'_>,
    function: ProgramFunction,
) -> Result<String, CompileError> {
    let isa = isa::for_target(target, options)?;
    let plan = Plan::new(program, target, options.bounds)?;
    let kind = FunctionKind::Wasm(function);
    Worker::new(&plan, &isa, options.determinism).guarded(kind, |worker| {
        let symbols = worker.translate(kind)?;
        Ok(with_symbols(&symbols, &worker.context.func.display().to_string()))
    })
}

/// The machine code of `function`, as text.
///
/// # Errors
///
/// As of [`compile`].
pub fn assembly(
    program: &Program,
    target: &Target,
    options: &Options<'_>,
    function: FunctionKind,
) -> Result<String, CompileError> {
    let isa = isa::for_target(target, options)?;
    let plan = Plan::new(program, target, options.bounds)?;
    Worker::new(&plan, &isa, options.determinism).guarded(function, |worker| {
        let symbols = worker.translate(function)?;
        worker.context.set_disasm(true);
        let code = worker.generate()?;
        Ok(with_symbols(&symbols, &code.vcode.unwrap_or_default()))
    })
}

/// `text`, in which symbols are numbers, after a list of them.
pub(crate) fn with_symbols(symbols: &Symbols, text: &str) -> String {
    let symbols = symbols.as_slice().iter().enumerate().map(|(number, symbol)| format!("; u0:{number} is {symbol}\n"));
    symbols.collect::<String>() + text
}

/// Why a function is not compiled.
pub(crate) enum Failure {
    /// The compiler is at fault: what went wrong.
    Bug(String),
    /// The target has no instructions for vectors.
    NoVectors,
}

impl From<String> for Failure {
    fn from(message: String) -> Failure {
        Failure::Bug(message)
    }
}

impl From<TranslateError> for Failure {
    fn from(error: TranslateError) -> Failure {
        match error {
            TranslateError::NoVectors => Failure::NoVectors,
            bug => Failure::Bug(bug.to_string()),
        }
    }
}

/// Compiles one function after another, in memory that it keeps.
pub(crate) struct Worker<'p> {
    plan: &'p Plan<'p>,
    isa: &'p Isa,
    determinism: Determinism,
    cache: Option<&'p Cache<'p>>,
    pub(crate) context: Context,
    builder_context: FunctionBuilderContext,
}

impl<'p> Worker<'p> {
    pub(crate) fn new(plan: &'p Plan<'p>, isa: &'p Isa, determinism: Determinism) -> Worker<'p> {
        Worker {
            plan,
            isa,
            determinism,
            cache: None,
            context: Context::new(),
            builder_context: FunctionBuilderContext::new(),
        }
    }

    /// Does `work` on `kind`; whatever goes wrong is reported as what it is, a panic as a bug in compiling it.
    pub(crate) fn guarded<T>(
        &mut self,
        kind: FunctionKind,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, CompileError> {
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(self)));
        let failure = match outcome {
            Ok(Ok(result)) => return Ok(result),
            Ok(Err(failure)) => failure,
            Err(panic) => Failure::Bug(panic_message(&*panic)),
        };
        // They may be half built.
        self.context = Context::new();
        self.builder_context = FunctionBuilderContext::new();
        let (name, function) = self.describe(kind);
        Err(match failure {
            Failure::Bug(message) => CompileError::Bug { name, function, message },
            Failure::NoVectors => CompileError::NoVectors { name },
        })
    }

    fn compile(&mut self, kind: FunctionKind) -> Result<CompiledFunction, Failure> {
        let start = self.wasm_offset(kind);
        let Some(cache) = self.cache else {
            let symbols = self.translate(kind)?;
            let portable = self.portable()?;
            return self.placed(portable, kind, &symbols);
        };
        let body = match kind {
            FunctionKind::Wasm(function) => Some(Cache::body_key(self.plan, function)),
            _ => None,
        };
        if let Some(found) = body.and_then(|body| cache.find(&body, kind, start)) {
            return Ok(found);
        }
        let symbols = self.translate(kind)?;
        let entry = cache.entry_key(&**self.isa, &self.context.func);
        let portable = match cache.entry(&entry) {
            Some(portable) => portable,
            None => {
                let portable = self.portable()?;
                cache.insert(&entry, &portable);
                portable
            }
        };
        if let Some(body) = body {
            cache.list(body, entry, symbols.as_slice(), (self.first_location(), start));
        }
        self.placed(portable, kind, &symbols)
    }

    /// The code of what is in the context.
    fn portable(&mut self) -> Result<Portable, Failure> {
        let code = self.generate()?;
        self.portable_of(&code)
    }

    /// `code`, which is that of what is in the context.
    pub(crate) fn portable_of(&self, code: &CompiledCode) -> Result<Portable, Failure> {
        let buffer = &code.buffer;
        Ok(Portable {
            code: code.code_buffer().to_vec(),
            alignment: buffer.alignment,
            relocations: relocation::relocations(buffer.relocs(), &self.context.func)?,
            stack_maps: stack_maps(code),
            traps: traps::trap_points(buffer.traps(), buffer.get_srclocs_sorted(), self.first_location())?,
            landings: landings::landings(buffer.call_sites())?,
        })
    }

    /// `portable`, which is what is in the context, as `kind`.
    pub(crate) fn placed(
        &self,
        portable: Portable,
        kind: FunctionKind,
        symbols: &Symbols,
    ) -> Result<CompiledFunction, Failure> {
        let (base, start) = (self.first_location(), self.wasm_offset(kind));
        let placed = portable.place(&Place { kind, symbols: symbols.as_slice(), base, start });
        placed.ok_or_else(|| Failure::Bug(String::from("a function refers to a symbol that it does not have")))
    }

    /// The location from which those in the context count.
    fn first_location(&self) -> u32 {
        self.context.func.params.base_srcloc().bits()
    }

    /// Leaves the CLIF of `kind` in the context; the symbols that it refers to.
    pub(crate) fn translate(&mut self, kind: FunctionKind) -> Result<Symbols, Failure> {
        self.context.clear();
        let signature = entry::signature(self.plan, kind, &**self.isa);
        self.context.func = Function::with_name_signature(UserFuncName::default(), signature);
        let mut symbols = Symbols::default();
        let builder = FunctionBuilder::new(&mut self.context.func, &mut self.builder_context);
        let mut emitter = Emitter::new(builder, self.plan, (&**self.isa, self.determinism), &mut symbols);
        match kind {
            FunctionKind::Wasm(function) => {
                emitter = function::translate(emitter, function)?;
            }
            kind => entry::build(&mut emitter, kind),
        }
        emitter.builder.finalize(self.isa.frontend_config());
        Ok(symbols)
    }

    /// The machine code of what is in the context.
    pub(crate) fn generate(&mut self) -> Result<CompiledCode, String> {
        let mut control = ControlPlane::default();
        let compiled = self.context.compile(&**self.isa, &mut control).map(drop);
        compiled.map_err(|error| format!("{:?}", error.inner))?;
        Ok(self.context.take_compiled_code().expect("invariant: compiled code is there after compiling"))
    }

    /// The byte offset of the body of `kind` in its module.
    fn wasm_offset(&self, kind: FunctionKind) -> u32 {
        let FunctionKind::Wasm(ProgramFunction { instance, function }) = kind else { return 0 };
        let start = function::body(self.plan.program.module(instance), function).range.start;
        u32::try_from(start).unwrap_or(u32::MAX)
    }

    /// What to call `kind` in messages, and where it stands.
    fn describe(&self, kind: FunctionKind) -> (String, Option<ProgramFunction>) {
        match kind {
            FunctionKind::Wasm(function) => {
                let name = self.plan.program.module(function.instance).display_name(function.function);
                (format!("function `{name}`"), Some(function))
            }
            kind => (kind.to_string(), None),
        }
    }
}

/// The stack maps of `code`.
fn stack_maps(code: &CompiledCode) -> Vec<StackMap> {
    let maps = code.buffer.user_stack_maps().iter().map(|(offset, frame_bytes, map)| StackMap {
        offset: *offset,
        frame_bytes: *frame_bytes,
        slots: map.entries().map(|(_, slot)| slot).collect(),
    });
    maps.collect()
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("the code generator panicked").to_owned()
}
