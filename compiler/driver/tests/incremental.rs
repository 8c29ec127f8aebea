//! Whatever changes between two builds over one cache, the second becomes what it becomes without a cache.
//!
//! A program that looks at all that code can depend on is changed in one place after another.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use wasmelt_driver::{
    Bounds, BuildOptions, Determinism, Library, Optimization, Sandbox, Silent, Source, build, build_cached,
    cache::{Cache, DEFAULT_BOUND},
    is_available,
};
use wasmelt_targets::{Architecture, Target};

const LIBRARY: &str = r#"(module
  (type $first (func (param i32) (result i32)))
  (memory (export "memory") 1 2)
  (global (export "constant") i32 (i32.const 5))
  (global (export "reference") funcref (ref.func $twice))
  (global (export "variable") (mut i32) (i32.const 6))
  (table (export "table") 3 6 funcref)
  (tag (export "tag") (param i32))
  (func $twice (export "f") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func (export "g") (param i32) (result i32) (i32.add (local.get 0) (i32.const 2))))"#;

const PROGRAM: &str = r#"(module
  (type $unary (func (param i32) (result i32)))
  (type $pair (sub (struct (field $one (mut i32)) (field $two i8))))
  (type $triple (sub $pair (struct (field (mut i32)) (field i8) (field i64))))
  (type $bytes (array (mut i8)))
  (import "wasi_snapshot_preview1" "args_get" (func $host (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_res_get" (func $clock (param i32 i32) (result i32)))
  (import "library" "f" (func $f (param i32) (result i32)))
  (import "library" "constant" (global $imported i32))
  (import "library" "variable" (global $other (mut i32)))
  (import "library" "table" (table $foreign 3 6 funcref))
  (import "library" "memory" (memory $lent 1 2))
  (import "library" "tag" (tag $far (param i32)))
  (memory $own (export "memory") 1 4)
  (table $growing 4 8 funcref)
  (table $fixed 2 funcref)
  (tag $near (param i32 i64))
  (global $constant i32 (i32.const 7))
  (global $variable (mut i64) (i64.const 1))
  (global $object (ref null $pair) (struct.new $pair (i32.const 1) (i32.const 2)))
  (elem (table $growing) (i32.const 0) func $a $b)
  (elem (table $fixed) (i32.const 0) func $b $a)
  (elem $passive func $c)
  (data (memory $own) (i32.const 8) "hello")
  (data $bits "passive")

  (func $a (type $unary) (i32.add (local.get 0) (global.get $constant)))
  (func $b (type $unary) (i32.sub (global.get $imported) (global.get $other)))
  (func $c (type $unary) (i32.load $own offset=16 (local.get 0)))
  (func $lent_load (type $unary) (i32.load8_u $lent offset=99 (local.get 0)))
  (func $grow (result i32) (memory.grow $own (i32.const 1)))
  (func $size (result i32) (i32.add (memory.size $own) (table.size $growing)))
  (func $sum (param i64) (global.set $variable (i64.add (global.get $variable) (local.get 0))))
  (func $through (type $unary) (call_indirect $growing (type $unary) (local.get 0) (local.get 0)))
  (func $through_fixed (type $unary) (call_indirect $fixed (type $unary) (local.get 0) (local.get 0)))
  (func $through_foreign (type $unary) (call_indirect $foreign (type $unary) (local.get 0) (local.get 0)))
  (func $set (table.set $growing (i32.const 3) (ref.func $c)))
  (func $init (table.init $growing $passive (i32.const 0) (i32.const 0) (i32.const 1))
    (memory.init $own $bits (i32.const 0) (i32.const 0) (i32.const 3)) (elem.drop $passive) (data.drop $bits))
  (func $grow_table (drop (table.grow $growing (ref.null func) (i32.const 1))))
  (func $hosts (result i32) (i32.add (call $host (i32.const 0) (i32.const 0)) (call $sizes (i32.const 0) (i32.const 4))))
  (func $time (result i32) (call $clock (i32.const 0) (i32.const 8)))
  (func $library (type $unary) (call $f (local.get 0)))
  (func $tail (type $unary) (return_call $f (local.get 0)))
  (func $make (result (ref $pair)) (struct.new $pair (i32.const 1) (i32.const 2)))
  (func $field (type $unary) (struct.get_u $pair $two (call $make)))
  (func $cast (param anyref) (result i64) (struct.get $triple 2 (ref.cast (ref $triple) (local.get 0))))
  (func $array (result i32) (array.len (array.new $bytes (i32.const 3) (i32.const 9))))
  (func $throw (throw $near (i32.const 3) (i64.const 4)))
  (func $catch (result i32)
    (block $handler (result i32) (try_table (catch $far $handler) (call $throw)) (i32.const 0)))
  (func $hinted (type $unary)
    (if (result i32) (@metadata.code.branch_hint "\00") (local.get 0) (then (i32.const 1)) (else (i32.div_s (i32.const 1) (local.get 0)))))
  (func $float (param f32 f32) (result f32) (f32.add (local.get 0) (local.get 1)))
  (func $twins_1 (type $unary) (i32.div_u (i32.const 8) (local.get 0)))
  (func $twins_2 (type $unary) (i32.div_u (i32.const 8) (local.get 0)))
  (func (export "_start") (drop (call $a (call $b (call $c (i32.const 0)))))))"#;

/// What is changed, in the program or in the library: a text, and what stands in its place.
const CHANGES: &[(&str, &str)] = &[
    ("(i32.const 9)", "(i32.const 10)"),
    ("(local.get 0) (global.get $constant)", "(local.get 0) (i32.mul (call $b (i32.const 1)) (global.get $constant))"),
    ("(func $a (type $unary)", "(func $added (drop (i32.const 3))) (func $a (type $unary)"),
    ("(func $a (type $unary)", "(func $renamed (type $unary) (unreachable)) (func $a (type $unary)"),
    ("(func $grow (result i32)", "(func $grow (@name \"another name\") (result i32)"),
    ("(func $twins_2 (type $unary)", "(func $twins_2 (type $unary) (local i64 i64 i32)"),
    ("\"memory\") 1 4)", "\"memory\") 2 4)"),
    ("\"memory\") 1 4)", "\"memory\") 1 3)"),
    ("\"memory\") 1 4)", "\"memory\") 1)"),
    ("(memory $own (export \"memory\") 1 4)", "(memory $own 1 4) (export \"memory\" (memory $lent))"),
    ("(memory $own (export", "(memory 1) (memory $own (export"),
    ("(table $growing 4 8", "(table $growing 5 8"),
    ("(table $growing 4 8", "(table $growing 4 4"),
    ("(table $fixed 2 funcref)", "(table $fixed 3 funcref)"),
    ("(table $fixed 2 funcref)", "(table $fixed 2 funcref) (table $more 2 funcref)"),
    (
        "(func $set (table.set $growing",
        "(func $set (table.set $fixed (i32.const 0) (ref.null func)) (table.set $growing",
    ),
    ("(global $constant i32 (i32.const 7))", "(global $constant i32 (i32.const 8))"),
    ("(global $constant i32 (i32.const 7))", "(global $constant (mut i32) (i32.const 7))"),
    ("(global $constant i32 (i32.const 7))", "(global $constant i32 (global.get $imported))"),
    ("(global $variable", "(global $before (mut i32) (i32.const 1)) (global $variable"),
    ("(global $variable (mut i64) (i64.const 1))", "(global $variable (mut i64) (i64.const 2))"),
    ("(global $object (ref null $pair) (struct.new $pair (i32.const 1) (i32.const 2)))", ""),
    ("\"args_get\"", "\"args_sizes_get\""),
    ("\"clock_res_get\"", "\"args_get\""),
    ("\"library\" \"f\"", "\"library\" \"g\""),
    ("func $a $b)", "func $b $a)"),
    ("func $a $b)", "func $a $b $hinted)"),
    ("(elem $passive func $c)", "(elem func $a) (elem $passive func $c)"),
    ("(elem $passive func $c)", "(elem $passive func $c $a)"),
    ("\"hello\"", "\"hello, longer\""),
    ("(data $bits \"passive\")", "(data \"before\") (data $bits \"passive\")"),
    ("(data $bits \"passive\")", "(data $bits (memory $own) (i32.const 99) \"passive\")"),
    ("(tag $near (param i32 i64))", "(tag (param f32)) (tag $near (param i32 i64))"),
    ("(catch $far $handler)", "(catch $far $handler) (catch $far $handler)"),
    ("(field i64)", "(field i64) (field f64)"),
    ("(type $bytes (array (mut i8)))", "(type $bytes (array (mut i16)))"),
    ("(type $bytes", "(type $unused (struct (field f64))) (type $bytes"),
    ("(type $unary (func", "(type $before (func (param i64))) (type $unary (func"),
    ("branch_hint \"\\00\"", "branch_hint \"\\01\""),
    ("(export \"_start\")", "(export \"other\") (export \"_start\")"),
    ("(i32.const 5)", "(i32.const 55)"),
    ("(global (export \"variable\")", "(global (mut i64) (i64.const 0)) (global (export \"variable\")"),
    ("(export \"memory\") 1 2)", "(export \"memory\") 2 2)"),
    ("(func $twice", "(func (nop)) (func $twice"),
    ("(table (export \"table\") 3 6", "(table (export \"table\") 4 6"),
    ("(tag (export \"tag\")", "(tag) (tag (export \"tag\")"),
    ("(type $first", "(type (func (param f64))) (type $first"),
];

fn sources(change: Option<&(&str, &str)>) -> (Source, Source) {
    let (mut program, mut library) = (PROGRAM.to_owned(), LIBRARY.to_owned());
    if let Some((from, to)) = change {
        let place = if program.contains(from) { &mut program } else { &mut library };
        assert!(place.contains(from), "{from}");
        *place = place.replacen(from, to, 1);
    }
    let source = |name: &str, text: &str| Source::from_bytes(name, text.as_bytes());
    (source("program.wat", &program), source("library.wat", &library))
}

fn options(target: Target, library: Source) -> BuildOptions {
    let libraries = vec![Library { name: "library".to_owned(), source: library }];
    BuildOptions { libraries, ..BuildOptions::new(target) }
}

fn targets() -> impl Iterator<Item = Target> {
    Architecture::ALL.map(Target::baseline).into_iter().filter(|target| is_available(target).is_ok())
}

#[test]
fn no_change_is_missed() {
    for target in targets() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::in_directory(directory.path());
        let changes = CHANGES.iter().flat_map(|change| [None, Some(change)]);
        let mut built = 0;
        for change in changes {
            let (program, library) = sources(change);
            let options = options(target, library);
            let functions = cache.functions(DEFAULT_BOUND);
            let cached = build_cached(&program, &options, &Silent, Some(&functions));
            let uncached = build(&program, &options, &Silent);
            assert!(cached == uncached, "{target}: {change:?}");
            built += usize::from(uncached.is_ok());
        }
        assert_eq!(built, 2 * CHANGES.len(), "a change that makes no valid program is none");
    }
}

#[test]
fn no_option_is_missed() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::in_directory(directory.path());
    let (program, library) = sources(None);
    for target in targets().chain(["x86_64-linux:x86-64-v3", "x86_64-linux:x86-64-v4"].map(|it| it.parse().unwrap())) {
        let plain = options(target, library.clone());
        let mut denied = plain.clone();
        denied.policy.clocks = wasmelt_driver::policy::Clocks::None;
        let variants = [
            plain.clone(),
            denied,
            BuildOptions { bounds: Bounds::Explicit, ..plain.clone() },
            BuildOptions { determinism: Determinism::Deterministic, ..plain.clone() },
            BuildOptions { optimization: Optimization::None, ..plain.clone() },
            BuildOptions { optimization: Optimization::Size, ..plain.clone() },
            BuildOptions { sandbox: Sandbox::Off, ..plain.clone() },
            plain,
        ];
        for options in variants {
            let functions = cache.functions(DEFAULT_BOUND);
            let cached = build_cached(&program, &options, &Silent, Some(&functions)).unwrap();
            assert!(cached == build(&program, &options, &Silent).unwrap(), "{options:?}");
        }
    }
}

/// How many functions are found, and how many are compiled, after a change.
fn counts(change: &(&str, &str)) -> (usize, usize) {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::in_directory(directory.path());
    let target = Target::baseline(Architecture::X86_64);
    let built = |change: Option<&(&str, &str)>| {
        let (program, library) = sources(change);
        let functions = cache.functions(DEFAULT_BOUND);
        build_cached(&program, &options(target, library), &Silent, Some(&functions)).unwrap();
        functions.counts()
    };
    let (_, all) = built(None);
    let (found, compiled) = built(Some(change));
    // Functions that are equal share an entry.
    assert!(found + compiled >= all, "{found} + {compiled} of {all}");
    (found, compiled)
}

#[test]
fn an_edit_compiles_one_function_also_where_functions_were_added_before_the_others() {
    assert_eq!(counts(&CHANGES[0]).1, 1);
    assert_eq!(counts(&CHANGES[1]).1, 1);
    assert_eq!(counts(&CHANGES[2]).1, 1);
    assert_eq!(counts(&CHANGES[4]).1, 0);
}
