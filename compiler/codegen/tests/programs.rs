//! What holds for every program: it compiles for every processor, to the same bytes in every run, and traps say where.

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path, sync::Arc};

use wasmelt_abi::find_host_function;
use wasmelt_codegen::{Bounds, CompileError, CompiledProgram, FunctionKind, Optimization, Options};
use wasmelt_module::{Entry, Module, Program, ProgramBuilder, ProgramFunction};
use wasmelt_targets::{Architecture, Cpu, CpuLevel, Target};
use wasmparser::{BinaryReader, FunctionBody};

/// Every module of the snapshot tests.
fn modules() -> Vec<Arc<Module>> {
    [Instructions::Scalar, Instructions::Vector].into_iter().flat_map(modules_with).collect()
}

/// What the modules of the snapshot tests ask of the processor.
#[derive(Clone, Copy, PartialEq)]
enum Instructions {
    Scalar,
    Vector,
}

/// Those modules of the snapshot tests: the names of those with vectors hold `simd`.
fn modules_with(instructions: Instructions) -> Vec<Arc<Module>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = ["clif", "code"].into_iter().flat_map(|folder| fs::read_dir(tests.join(folder)).unwrap());
    let paths = files.map(|entry| entry.unwrap().path()).filter(|path| {
        let has_vectors = path.file_stem().is_some_and(|name| name.to_string_lossy().contains("simd"));
        path.extension().is_some_and(|extension| extension == "wat")
            && has_vectors == (instructions == Instructions::Vector)
    });
    paths.map(|path| module(&fs::read_to_string(path).unwrap())).collect()
}

fn module(text: &str) -> Arc<Module> {
    Arc::new(Module::parse("module", wat::parse_str(text).unwrap()).unwrap())
}

/// A test program with an instance of each module.
fn program(modules: impl IntoIterator<Item = Arc<Module>>) -> Program {
    let mut builder = ProgramBuilder::new();
    for module in modules {
        builder.instantiate(module, find_host_function).unwrap();
    }
    builder.finish(Entry::Script)
}

fn compile(program: &Program, target: &Target) -> CompiledProgram {
    wasmelt_codegen::compile(program, target, &Options::default()).unwrap()
}

/// The byte offsets of a function's operators.
fn operator_offsets(program: &Program, function: ProgramFunction) -> Vec<u32> {
    let module = program.module(function.instance);
    let range = module.functions[function.function.index()].body.as_ref().unwrap().range.clone();
    let reader = BinaryReader::new(&module.bytes[range.clone()], range.start as u64);
    let operators = FunctionBody::new(reader).get_operators_reader().unwrap().into_iter_with_offsets();
    operators.map(|operator| u32::try_from(operator.unwrap().1).unwrap()).collect()
}

#[test]
fn every_module_compiles_for_every_cpu_level() {
    let (scalar, all) = (program(modules_with(Instructions::Scalar)), program(modules()));
    for level in CpuLevel::all() {
        let target = Target { cpu: Cpu::Level(level), ..Target::baseline(level.architecture) };
        let program = if level.name == "x86-64-v1" { &scalar } else { &all };
        for optimization in [Optimization::None, Optimization::Speed, Optimization::Size] {
            let options = Options { optimization, ..Options::default() };
            let result = wasmelt_codegen::compile(program, &target, &options);
            assert_eq!(result.err(), None, "{} {optimization:?}", level.name);
        }
    }
}

#[test]
fn every_module_compiles_for_every_platform() {
    let program = program(modules());
    for target in Target::platforms() {
        for bounds in [Bounds::Auto, Bounds::Explicit] {
            let options = Options { bounds, ..Options::default() };
            assert_eq!(wasmelt_codegen::compile(&program, &target, &options).err(), None, "{target} {bounds:?}");
        }
    }
}

#[test]
fn vectors_are_refused_where_the_processor_has_none() {
    let text = "(module (func) (func $vector (drop (i8x16.splat (i32.const 0)))) (func (drop (i32.const 0))))";
    let program = program([module(text)]);
    let target = "x86_64-linux:x86-64-v1".parse().unwrap();
    let error = wasmelt_codegen::compile(&program, &target, &Options::default()).unwrap_err();
    assert_eq!(error, CompileError::NoVectors { name: "function `vector`".to_owned() });
}

#[test]
fn the_number_of_threads_does_not_change_the_output() {
    let program = program(modules());
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| compile(&program, &Target::baseline(Architecture::X86_64)))
    };
    assert!(with_threads(1) == with_threads(4));
}

#[test]
fn trap_points_lie_in_their_function_and_name_an_operator_of_it() {
    let program = program(modules());
    for architecture in Architecture::ALL {
        let compiled = compile(&program, &Target::baseline(architecture));
        for function in &compiled.functions {
            let FunctionKind::Wasm(index) = function.kind else { continue };
            let operators = operator_offsets(&program, index);
            for point in &function.traps {
                assert!(operators.contains(&point.wasm_offset), "{index:?} {point:?}");
                assert!((point.offset as usize) < function.code.len());
            }
        }
    }
}

#[test]
fn progress_counts_every_function() {
    let program = program(modules());
    let last = std::sync::Mutex::new(0);
    let progress = |progress: wasmelt_codegen::Progress| {
        let mut last = last.lock().unwrap();
        *last = progress.done.max(*last);
        assert!(progress.done <= progress.total);
    };
    let options = Options { progress: Some(&progress), ..Options::default() };
    let target = Target::baseline(Architecture::X86_64);
    let compiled = wasmelt_codegen::compile(&program, &target, &options).unwrap();
    assert_eq!(*last.lock().unwrap(), compiled.functions.len());
}

#[test]
fn deep_nesting_does_not_exhaust_the_compilers_stack() {
    const DEPTH: usize = 5_000;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(1 << 20).build().unwrap();
    for open in ["block ", "loop ", "local.get 0 if ", "local.get 0 br_if 0 block ", "unreachable block "] {
        let body = open.repeat(DEPTH) + &"end ".repeat(DEPTH);
        let program = program([module(&format!("(module (func (param i32) {body}))"))]);
        pool.install(|| compile(&program, &Target::baseline(Architecture::X86_64)));
    }
}

#[test]
fn too_many_memories_are_refused() {
    let program = program((0..32).map(|_| module("(module (memory 1))")));
    let target = Target::baseline(Architecture::Aarch64);
    let error = wasmelt_codegen::compile(&program, &target, &Options::default()).unwrap_err();
    assert_eq!(error, CompileError::TooManyMemories { count: 32, limit: 31 });
}
