//! The pipeline.

use std::sync::Arc;

use wasmelt_abi::{HostFunction, find_granted_function, useful_families};
use wasmelt_codegen::{self as codegen, Bounds, CompileError, FunctionStore, Listing, Progress};
use wasmelt_link::{self as linker, LinkOptions, Symbols};
use wasmelt_module::{Hosts, Module, Program, ProgramBuilder, ProgramError};
use wasmelt_object::{self as object, Linker, ObjectOptions, Sandbox, ScriptCall};
use wasmelt_policy::{Policy, Text, family};
use wasmelt_targets::Target;

use crate::{
    BuildOptions, Emit, Library, Observer, Origin, OriginModule, Silent, Source, Stage,
    cache::FunctionCache,
    diagnostics::{self, Code, Diagnostic},
    guard::{Stages, guarded},
};

/// Builds the executable that `source` becomes with `options`, the libraries among them included.
///
/// # Errors
///
/// All problems of the first stage that has any.
pub fn build(source: &Source, options: &BuildOptions, observer: &dyn Observer) -> Result<Vec<u8>, Vec<Diagnostic>> {
    build_cached(source, options, observer, None)
}

/// Builds the same, but compiles no function that is in `functions`.
///
/// # Errors
///
/// As for [`build`].
pub fn build_cached(
    source: &Source,
    options: &BuildOptions,
    observer: &dyn Observer,
    functions: Option<&FunctionCache>,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    build_with(source, options, (observer, functions), None)
}

/// Builds what was built before, with the same room for grants and the families of functions that the policy says.
///
/// # Errors
///
/// As for [`build`].
pub(crate) fn rebuild(
    source: &Source,
    options: &BuildOptions,
    observer: &dyn Observer,
    grants_room: usize,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    build_with(source, options, (observer, None), Some(grants_room))
}

fn build_with(
    source: &Source,
    options: &BuildOptions,
    (observer, functions): (&dyn Observer, Option<&FunctionCache>),
    grants_room: Option<usize>,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    guarded(&source.display, observer, |stages| {
        is_possible(options).map_err(one)?;
        let sources = options.libraries.iter().map(|library| &library.source).chain([source]);
        let binaries =
            stages.run(Stage::Assemble, || every(sources.clone(), |source| source.to_binary().map_err(one)))?;
        let origin_modules = module_digests(&options.libraries, &binaries);
        let modules = stages.run(Stage::Parse, || {
            every(sources.clone().zip(binaries), |(source, binary)| parse_binary(source, binary))
        })?;
        let imports = modules.iter().flat_map(|module| &module.imports);
        let imports = imports.map(|import| (import.module.as_str(), import.name.as_str()));
        if let Some(note) = diagnostics::ungranted(imports.clone(), &options.policy, &source.display) {
            observer.warned(&note);
        }
        let useful = imports.fold(0, |families, (module, name)| families | useful_families(module, name));
        let policy = match grants_room {
            None => named(&options.policy, source, if options.grantable { None } else { Some(useful) }),
            Some(_) => options.policy.clone(),
        };
        let program = stages.run(Stage::Bind, || command(modules, source, &options.libraries, policy.families))?;
        let options = BuildOptions { policy, ..options.clone() };
        let request = Request { origin_modules, grants_room, functions, ..Request::new(&options) };
        finish(&program, &request, stages, &source.display)
    })
}

/// What a build of `source` notes of its imports, for who has the executable already.
pub fn note(source: &Source, options: &BuildOptions) -> Option<Diagnostic> {
    let sources = options.libraries.iter().map(|library| &library.source).chain([source]);
    let binaries: Vec<_> = sources.filter_map(|source| source.to_binary().ok()).collect();
    let imports = binaries.iter().flat_map(|binary| Module::imported_names(binary));
    diagnostics::ungranted(imports, &options.policy, &source.display)
}

/// Builds the executable that `program` becomes with `options`, for callers that bind modules themselves. Diagnostics call
/// it `name`.
///
/// # Errors
///
/// As for [`build`].
pub fn build_program(program: &Program, name: &str, options: &BuildOptions) -> Result<Vec<u8>, Vec<Diagnostic>> {
    guarded(name, &Silent, |stages| {
        is_possible(options).map_err(one)?;
        // Whoever has bound the modules has not said what of the host they import.
        let policy = Policy { families: options.policy.needed_families(), ..options.policy.clone() };
        let options = BuildOptions { policy, ..options.clone() };
        finish(program, &Request::new(&options), stages, name)
    })
}

/// Builds the test program that makes `calls`, in order, with the instances of `program`; of `options`, what is about code.
///
/// # Errors
///
/// As for [`build`].
pub fn build_script(
    program: &Program,
    options: &BuildOptions,
    calls: &[ScriptCall],
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    const NAME: &str = "test script";
    guarded(NAME, &Silent, |stages| {
        is_available(&options.target).map_err(one)?;
        // The harness is no guest, and counts on nothing being denied to it.
        let options = BuildOptions { sandbox: Sandbox::Off, ..options.clone() };
        finish(program, &Request { calls, ..Request::new(&options) }, stages, NAME)
    })
}

/// Parses the module in `source`, and does nothing else with it.
///
/// # Errors
///
/// All problems of the module.
pub fn parse(source: &Source) -> Result<Module, Vec<Diagnostic>> {
    guarded(&source.display, &Silent, |stages| {
        let binary = stages.run(Stage::Assemble, || source.to_binary().map_err(one))?;
        stages.run(Stage::Parse, || parse_binary(source, binary))
    })
}

/// Whether programs for `target` can be built.
///
/// # Errors
///
/// If there is no runtime for the target's system, or the target's runtime is not part of this compiler.
pub fn is_available(target: &Target) -> Result<(), Diagnostic> {
    if !target.system.has_runtime() {
        return Err(diagnostics::objects_only(target));
    }
    linker::available(target).map_err(|missing| diagnostics::missing_runtime(&missing))
}

/// Whether what `options` ask for can be built: a program takes a runtime, and a sandbox takes a program.
fn is_possible(options: &BuildOptions) -> Result<(), Diagnostic> {
    let BuildOptions { target, emit, sandbox, .. } = options;
    if *emit == Emit::Executable {
        return is_available(target);
    }
    if *sandbox == Sandbox::Required && !target.system.has_runtime() {
        let message = format_args!("no sandbox can be required of an object for {}", target.platform());
        return Err(Diagnostic::error(Code::InvalidOption, message)
            .with_help("leave out `--require-sandbox`; the program that the object is linked with may have one"));
    }
    Ok(())
}

/// What a program is to become.
struct Request<'a> {
    calls: &'a [ScriptCall],
    options: &'a BuildOptions,
    functions: Option<&'a FunctionCache>,
    /// What the executable says that it was made of; it says nothing without any.
    origin_modules: Vec<OriginModule>,
    grants_room: Option<usize>,
}

impl<'a> Request<'a> {
    fn new(options: &'a BuildOptions) -> Request<'a> {
        Request { calls: &[], options, functions: None, origin_modules: Vec::new(), grants_room: None }
    }
}

/// The half of the pipeline that depends on the target.
fn finish(
    program: &Program,
    request: &Request<'_>,
    stages: &Stages<'_>,
    file: &str,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let Request { calls, options, functions, grants_room, .. } = *request;
    let observer = stages.observer();
    let progress = |Progress { done, total }| observer.compiled(done, total);
    let code_options = codegen::Options {
        optimization: options.optimization,
        bounds: options.bounds,
        determinism: options.determinism,
        progress: Some(&progress),
        store: functions.map(|functions| functions as &dyn FunctionStore),
    };
    let grants = options.policy.to_table();
    let object_options = ObjectOptions {
        grants: &grants,
        grants_room,
        stack_bytes: options.stack_bytes,
        max_gc_heap_bytes: options.max_gc_heap_bytes,
        // That of Linux.
        sandbox: if options.target.system.has_runtime() { options.sandbox } else { Sandbox::Off },
        linker: if options.emit == Emit::Object { Linker::Other } else { Linker::Wasmelt },
        script: calls,
    };
    let origin = match &request.origin_modules[..] {
        [] => String::new(),
        modules => Origin::new(options, modules.to_vec(), &grants).to_text(),
    };
    let symbols = if options.strip { Symbols::Strip } else { Symbols::Keep };
    let link_options = LinkOptions { symbols, origin: origin.as_bytes() };

    let compile_failed = |error: CompileError| one(diagnostics::compile(&error, file));
    if let Some(listing) = listing(options.emit) {
        let list = || codegen::list(program, &options.target, &code_options, listing).map_err(compile_failed);
        return stages.run(Stage::Compile, list).map(String::into_bytes);
    }
    let compiled = stages
        .run(Stage::Compile, || codegen::compile(program, &options.target, &code_options).map_err(compile_failed))?;
    if options.bounds == Bounds::Guard
        && let Some(warning) = diagnostics::checked_memories(&compiled.layout, file)
    {
        observer.warned(&warning);
    }
    let object = stages.run(Stage::Emit, || {
        object::emit(program, &compiled, &object_options).map_err(|error| one(diagnostics::object(&error, file)))
    })?;
    if options.emit == Emit::Object {
        return Ok(object);
    }
    stages.run(Stage::Link, || {
        linker::link(&object, &options.target, &link_options).map_err(|error| one(diagnostics::link(&error, file)))
    })
}

/// The modules that `source` is built of: libraries, then itself.
///
/// # Errors
///
/// If one is no module, or a text with errors.
pub(crate) fn origin_modules(source: &Source, libraries: &[Library]) -> Result<Vec<OriginModule>, Vec<Diagnostic>> {
    let sources = libraries.iter().map(|library| &library.source).chain([source]);
    let binaries: Vec<_> = every(sources, |source| source.to_binary().map_err(one))?;
    Ok(module_digests(libraries, &binaries))
}

/// The same of their binaries.
fn module_digests(libraries: &[Library], binaries: &[Arc<[u8]>]) -> Vec<OriginModule> {
    let names = libraries.iter().map(|library| Some(library.name.as_str())).chain([None]);
    names.zip(binaries).map(|(name, binary)| OriginModule::of(name, binary)).collect()
}

/// What is listed, if that is what is built.
fn listing(emit: Emit) -> Option<Listing> {
    match emit {
        Emit::Executable | Emit::Object => None,
        Emit::Clif => Some(Listing::Clif),
        Emit::Assembly => Some(Listing::Assembly),
    }
}

pub(crate) fn parse_binary(source: &Source, binary: Arc<[u8]>) -> Result<Module, Vec<Diagnostic>> {
    let problems = |errors: Vec<_>| errors.into_iter().map(|error| diagnostics::module(error, source)).collect();
    Module::parse(&source.file_name, binary).map_err(problems)
}

/// The program that is a command: an instance of each library, then one of the last of `modules`, which is the one in
/// `source`. Imports that no library satisfies are the host's functions.
fn command(
    modules: Vec<Module>,
    source: &Source,
    libraries: &[Library],
    families: u16,
) -> Result<Program, Vec<Diagnostic>> {
    let problems = |errors: Vec<ProgramError>, source| {
        errors.iter().map(|error| diagnostics::program(error, source)).collect::<Vec<_>>()
    };
    let host = hosts(families);
    let mut builder = ProgramBuilder::new();
    let mut modules = modules.into_iter().map(Arc::new);
    for (library, module) in libraries.iter().zip(&mut modules) {
        let failed = |errors| problems(errors, &library.source);
        let instance = builder.instantiate(module, host).map_err(failed)?;
        builder.initialize_reactor(instance).map_err(|error| failed(vec![error]))?;
        builder.register(&library.name, instance);
    }
    let module = modules.next().expect("invariant: the command's module follows the libraries'");
    let instance = builder.instantiate(module, host).map_err(|errors| problems(errors, source))?;
    let entry = builder.command_entry(instance).map_err(|error| problems(vec![error], source))?;
    Ok(builder.finish(entry))
}

/// The host's functions where only these families are granted; what stands for the others reaches nothing.
pub(crate) fn hosts(families: u16) -> Hosts {
    fn granted<const FAMILIES: u16>(module: &str, name: &str) -> Option<&'static HostFunction> {
        find_granted_function(module, name, FAMILIES)
    }
    const _: () = assert!(family::HOST_FUNCTIONS == 15);
    let hosts: [Hosts; 16] = [
        granted::<0>,
        granted::<1>,
        granted::<2>,
        granted::<3>,
        granted::<4>,
        granted::<5>,
        granted::<6>,
        granted::<7>,
        granted::<8>,
        granted::<9>,
        granted::<10>,
        granted::<11>,
        granted::<12>,
        granted::<13>,
        granted::<14>,
        granted::<15>,
    ];
    hosts[usize::from(families & family::HOST_FUNCTIONS)]
}

/// What `work` makes of each item, or all that is wrong with any.
fn every<T, R>(
    items: impl Iterator<Item = T>,
    work: impl Fn(T) -> Result<R, Vec<Diagnostic>>,
) -> Result<Vec<R>, Vec<Diagnostic>> {
    let (mut results, mut problems) = (Vec::new(), Vec::new());
    for item in items {
        match work(item) {
            Ok(result) => results.push(result),
            Err(diagnostics) => problems.extend(diagnostics),
        }
    }
    if problems.is_empty() { Ok(results) } else { Err(problems) }
}

/// The policy, with the module's file name where it has no name for the program, and the families that are linked: those
/// that it needs and that are `useful` to the program, or all of them if it is to be changed later.
fn named(policy: &Policy, source: &Source, useful: Option<u16>) -> Policy {
    let name = || Text::try_from(source.file_name.as_str()).ok();
    let families = useful.map_or(family::ALL, |useful| policy.needed_families() & useful);
    Policy { program_name: policy.program_name.clone().or_else(name), families, ..policy.clone() }
}

fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}
