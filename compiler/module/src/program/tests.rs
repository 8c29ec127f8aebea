//! Building programs: what is bound to what, and what is refused.

use std::sync::Arc;

use wasmelt_abi::find_host_function;

use super::*;
use crate::{ConstExpr, ConstOp, ConstValue, ElementItems, ProgramError, SegmentMode};

fn module(wat: &str) -> Arc<Module> {
    Arc::new(Module::parse("test", wat::parse_str(wat).unwrap()).unwrap_or_else(|errors| panic!("{wat}: {errors:?}")))
}

fn instantiate(builder: &mut ProgramBuilder, wat: &str) -> Result<InstanceIndex, Vec<ProgramError>> {
    builder.instantiate(module(wat), find_host_function)
}

/// A builder with one instance, registered as `m`.
fn with_exporter(wat: &str) -> ProgramBuilder {
    let mut builder = ProgramBuilder::new();
    let exporter = instantiate(&mut builder, wat).unwrap();
    builder.register("m", exporter);
    builder
}

#[test]
fn imports_match_by_kind_type_and_limits() {
    let cases = [
        ("func (export \"x\") (param i32)", "func (param i32)", true),
        ("func (export \"x\") (param i32)", "func (param i64)", false),
        ("func (export \"x\") (param i32)", "func (param i32) (result i32)", false),
        ("func (export \"x\")", "global i32", false),
        ("table (export \"x\") 2 8 funcref", "table 2 8 funcref", true),
        ("table (export \"x\") 2 8 funcref", "table 1 funcref", true),
        ("table (export \"x\") 2 8 funcref", "table 1 9 funcref", true),
        ("table (export \"x\") 2 8 funcref", "table 3 8 funcref", false),
        ("table (export \"x\") 2 8 funcref", "table 2 7 funcref", false),
        ("table (export \"x\") 2 funcref", "table 2 8 funcref", false),
        ("table (export \"x\") 2 funcref", "table 2 externref", false),
        ("memory (export \"x\") 1 4", "memory 1 4", true),
        ("memory (export \"x\") 1 4", "memory 0 5", true),
        ("memory (export \"x\") 1 4", "memory 1", true),
        ("memory (export \"x\") 1 4", "memory 2", false),
        ("memory (export \"x\") 1 4", "memory 1 3", false),
        ("memory (export \"x\") 1", "memory 1 4", false),
        ("memory (export \"x\") 1", "table 1 funcref", false),
        ("global (export \"x\") i32 (i32.const 1)", "global i32", true),
        ("global (export \"x\") i32 (i32.const 1)", "global i64", false),
        ("global (export \"x\") i32 (i32.const 1)", "global (mut i32)", false),
        ("global (export \"x\") (mut i32) (i32.const 1)", "global (mut i32)", true),
        ("global (export \"x\") (mut i32) (i32.const 1)", "global i32", false),
        ("global (export \"x\") funcref (ref.null func)", "global externref", false),
    ];
    for (export, import, matches) in cases {
        let mut builder = with_exporter(&format!("(module ({export}))"));
        let result = instantiate(&mut builder, &format!("(module (import \"m\" \"x\" ({import})))"));
        match (&result, matches) {
            (Ok(_), true) => {}
            (Err(errors), false) => assert!(matches!(errors[..], [ProgramError::ImportType { .. }]), "{errors:?}"),
            _ => panic!("{export} as {import}: {result:?}"),
        }
    }
}

#[test]
fn errors_say_what_is_wrong_in_words() {
    let mut builder = with_exporter(
        r#"(module
            (func (export "f") (param i32 f64) (result i32) (i32.const 0))
            (table (export "t") 2 8 externref)
            (memory (export "m") 1)
            (global (export "g") (mut i64) (i64.const 0)))"#,
    );
    let importer = r#"(module $app
        (import "m" "f" (func))
        (import "m" "t" (table 2 8 funcref))
        (import "m" "m" (memory 1 2))
        (import "m" "g" (global i64))
        (import "m" "none" (func))
        (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32)))
        (import "wasi_snapshot_preview1" "fd_frob" (func))
        (import "wasi_snapshot_preview1" "fd_sync" (global i32))
        (import "elsewhere" "line\nbreak" (global i32)))"#;
    let errors = instantiate(&mut builder, importer).unwrap_err();
    let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "`app` imports `f` from `m` as a function () -> (), but it is a function (i32, f64) -> (i32)",
            "`app` imports `t` from `m` as a table of funcref with 2 to 8 elements, \
             but it is a table of externref with 2 to 8 elements",
            "`app` imports `m` from `m` as a memory with 1 to 2 pages, but it is a memory with at least 1 page",
            "`app` imports `g` from `m` as a constant global i64, but it is a mutable global i64",
            "nothing provides `none` from `m`, a function () -> (), which `app` imports",
            "`app` imports `fd_close` from `wasi_snapshot_preview1` as a function (i64) -> (i32), \
             but it is a function (i32) -> (i32)",
            "nothing provides `fd_frob` from `wasi_snapshot_preview1`, a function () -> (), which `app` imports",
            "`app` imports `fd_sync` from `wasi_snapshot_preview1` as a constant global i32, \
             but it is a function (i32) -> (i32)",
            "nothing provides `line\\nbreak` from `elsewhere`, a constant global i32, which `app` imports",
        ]
    );
    assert_eq!(errors[4].help(), Some("the module given as `m` has no such export"));
    assert_eq!(errors[6].help(), Some("WASI preview 1 has no such function"));
    let offsets: Vec<_> = errors.iter().map(|error| error.location().unwrap().offset).collect();
    assert!(offsets.is_sorted_by(|a, b| a < b), "{offsets:?}");
}

#[test]
fn a_failed_instantiation_changes_nothing() {
    let mut builder = with_exporter("(module (func (export \"f\")))");
    let before = format!("{builder:?}");
    instantiate(&mut builder, "(module (import \"m\" \"g\" (func)) (memory 1) (data (i32.const 0) \"\"))").unwrap_err();
    assert_eq!(format!("{builder:?}"), before);
}

#[test]
fn registered_names_come_before_hosts_and_the_last_registration_counts() {
    let mut builder = ProgramBuilder::new();
    let wasi = "(module (func (export \"sched_yield\") (result i32) (i32.const 7)))";
    let importer = r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
                              (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))))"#;
    let first = instantiate(&mut builder, importer).unwrap();
    let (one, two) = (instantiate(&mut builder, wasi).unwrap(), instantiate(&mut builder, wasi).unwrap());
    builder.register("wasi_snapshot_preview1", one);
    builder.register("wasi_snapshot_preview1", two);
    let last = instantiate(&mut builder, importer).unwrap();
    let program = builder.finish(Entry::Script);

    let host = |name| BoundFunction::Host(find_host_function("wasi_snapshot_preview1", name).unwrap());
    assert_eq!(program.function(first, FunctionIndex(0)), host("sched_yield"));
    let own = ProgramFunction { instance: two, function: FunctionIndex(0) };
    assert_eq!(program.function(last, FunctionIndex(0)), BoundFunction::Wasm(own));
    assert_eq!(program.function(last, FunctionIndex(1)), host("fd_close"));
    assert_eq!(program.host_functions().map(|host| host.name).collect::<Vec<_>>(), ["fd_close", "sched_yield"]);
}

#[test]
fn bindings_lead_to_the_definition_through_any_number_of_imports() {
    let mut builder = with_exporter(
        r#"(module (func) (func (export "f")) (table (export "t") 1 funcref)
                   (memory (export "m") 1) (global (export "g") i32 (i32.const 5)))"#,
    );
    let relay = r#"(module (import "m" "g" (global i32)) (import "m" "m" (memory 1)) (import "m" "t" (table 1 funcref))
        (import "m" "f" (func)) (table 1 funcref) (func)
        (export "f" (func 0)) (export "t" (table 0)) (export "m" (memory 0)) (export "g" (global 0)))"#;
    let relay = module(relay);
    let mut last = InstanceIndex(0);
    for _ in 0..3 {
        last = builder.instantiate(Arc::clone(&relay), find_host_function).unwrap();
        builder.register("m", last);
    }
    let program = builder.finish(Entry::Script);

    let instance = InstanceIndex(0);
    let function = ProgramFunction { instance, function: FunctionIndex(1) };
    assert_eq!(program.function(last, FunctionIndex(0)), BoundFunction::Wasm(function));
    assert_eq!(program.table(last, TableIndex(0)), ProgramTable { instance, table: TableIndex(0) });
    assert_eq!(program.memory(last, MemoryIndex(0)), ProgramMemory { instance, memory: MemoryIndex(0) });
    assert_eq!(program.caller_memory(last), Some(ProgramMemory { instance, memory: MemoryIndex(0) }));
    let global = ProgramGlobal { instance, global: GlobalIndex(0) };
    assert_eq!(program.global(last, GlobalIndex(0)), global);
    assert_eq!(program.initial_value(global), ProgramConst::I32(5));
    assert_eq!(program.table(last, TableIndex(1)), ProgramTable { instance: last, table: TableIndex(1) });

    assert_eq!((program.modules.len(), program.instances.len()), (2, 4), "equal modules are kept once");
    assert_eq!((program.functions().count(), program.tables().count()), (5, 4));
    assert_eq!((program.memories().count(), program.globals().count()), (1, 1));
}

#[test]
fn initialisation_has_a_step_for_each_thing_to_do_in_order() {
    let mut builder = ProgramBuilder::new();
    let idle = r#"(module (table 1 funcref) (memory 1) (elem func) (elem declare func) (data "passive"))"#;
    instantiate(&mut builder, idle).unwrap();
    let busy =
        r#"(module (func) (start 0) (memory 1) (data (i32.const 0) "x") (table 1 funcref) (elem (i32.const 0) 0))"#;
    let busy = instantiate(&mut builder, busy).unwrap();
    let started = instantiate(&mut builder, "(module (func) (start 0))").unwrap();
    let program = builder.finish(Entry::Script);
    let expected = [InitStep::Elements(busy), InitStep::Data(busy), InitStep::Start(busy), InitStep::Start(started)];
    assert_eq!(program.init, expected);
}

#[test]
fn constant_expressions_are_evaluated_across_instances() {
    let mut builder = with_exporter(
        r#"(module (func $f (export "f")) (global (export "i") i32 (i32.const 0x7fffffff))
                   (global (export "j") i64 (i64.const 5)) (global (export "r") funcref (ref.func $f)))"#,
    );
    let wat = r#"(module
        (import "m" "i" (global $i i32)) (import "m" "j" (global $j i64)) (import "m" "r" (global $r funcref))
        (func $own)
        (global i32 (i32.add (global.get $i) (i32.const 1)))
        (global i64 (i64.sub (i64.mul (global.get $j) (i64.const -3)) (i64.const 10)))
        (global f32 (f32.const nan:0x200001))
        (global f64 (f64.const -0))
        (global externref (ref.null extern))
        (global funcref (global.get $r))
        (global funcref (ref.func $own))
        (table 4 funcref)
        (elem (i32.sub (global.get $i) (i32.const 0x7ffffffd)) funcref (global.get $r) (ref.null func)))"#;
    let instance = instantiate(&mut builder, wat).unwrap();
    let program = builder.finish(Entry::Script);

    let exported = BoundFunction::Wasm(ProgramFunction { instance: InstanceIndex(0), function: FunctionIndex(0) });
    let own = BoundFunction::Wasm(ProgramFunction { instance, function: FunctionIndex(0) });
    let values: Vec<_> = program
        .globals()
        .filter(|global| global.instance == instance)
        .map(|global| program.initial_value(global))
        .collect();
    let expected = [
        ProgramConst::I32(i32::MIN),
        ProgramConst::I64(-25),
        ProgramConst::F32(0x7fa0_0001),
        ProgramConst::F64(1 << 63),
        ProgramConst::Null,
        ProgramConst::Function(exported),
        ProgramConst::Function(own),
    ];
    assert_eq!(values, expected);

    let segment = &program.module(instance).elements[0];
    let SegmentMode::Active { offset, .. } = &segment.mode else { panic!("{segment:?}") };
    assert_eq!(program.evaluate(instance, offset), ProgramConst::I32(2));
    let ElementItems::Expressions(items) = &segment.items else { panic!("{segment:?}") };
    let items: Vec<_> = items.iter().map(|item| program.evaluate(instance, item)).collect();
    assert_eq!(items, [ProgramConst::Function(exported), ProgramConst::Null]);
}

#[test]
fn a_chain_of_a_million_globals_neither_recurses_nor_repeats() {
    // Such chains are valid with a later proposal only, so the module is put together here.
    let mut chain = Module::parse("chain", wat::parse_str("(module (global i32 (i32.const 1)))").unwrap()).unwrap();
    let one = ConstOp::Value(ConstValue::I32(1));
    for at in 1..1_000_000 {
        let mut global = chain.globals[0].clone();
        global.init = Some(ConstExpr { ops: vec![ConstOp::GlobalGet(GlobalIndex(at - 1)), one, ConstOp::I32Add] });
        chain.globals.push(global);
    }
    let mut builder = ProgramBuilder::new();
    let instance = builder.instantiate(Arc::new(chain), find_host_function).unwrap();
    let last = ProgramGlobal { instance, global: GlobalIndex(999_999) };
    assert_eq!(builder.finish(Entry::Script).initial_value(last), ProgramConst::I32(1_000_000));
}

#[test]
fn the_entry_of_a_command_is_its_start_function() {
    let entry = |wat: &str| {
        let mut builder = with_exporter("(module (func (export \"run\")))");
        let instance = instantiate(&mut builder, wat).unwrap();
        builder.command_entry(instance)
    };
    let function = |instance, function| {
        Ok(Entry::Function(ProgramFunction { instance: InstanceIndex(instance), function: FunctionIndex(function) }))
    };
    assert_eq!(entry("(module (func) (func (export \"_start\")))"), function(1, 1));
    assert_eq!(entry("(module (import \"m\" \"run\" (func)) (export \"_start\" (func 0)))"), function(0, 0));

    for (wat, message, help) in [
        (
            "(module $lib (func (export \"_initialize\")))",
            "`lib` is not a command: it exports no function `_start`",
            "it exports `_initialize`, so it is a reactor, a library; compile its source as a command, with a `main`",
        ),
        (
            "(module $lib (memory (export \"memory\") 1))",
            "`lib` is not a command: it exports no function `_start`",
            "it exports no function at all; compile its source as a command, with a `main`",
        ),
        (
            "(module (func (export \"add\") (export \"sub\")))",
            "`test` is not a command: it exports no function `_start`",
            "the functions it exports are `add`, `sub`",
        ),
        (
            "(module (func (export \"_start\") (result i32) (i32.const 0)))",
            "`_start` of `test` has to be a function () -> (), but it is a function () -> (i32)",
            "",
        ),
        (
            "(module (memory (export \"_start\") 1))",
            "`_start` of `test` has to be a function () -> (), but it is a memory with at least 1 page",
            "",
        ),
    ] {
        let error = entry(wat).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.help().unwrap_or_default()), (message, help));
    }
}
