//! Reading modules: what is accepted, what is refused, and with which words.

use super::MAX_ERRORS;
use crate::{
    ConstExpr, ConstOp, ConstValue, DataIndex, ElementItems, ExternIndex, FunctionIndex, GlobalIndex, MemoryIndex,
    Module, ModuleError, ModuleErrorKind, SegmentMode, TableIndex,
};

/// A module with something in every section.
const EVERYTHING: &str = r#"(module $everything
    (type $unary (func (param i32) (result i32)))
    (import "env" "log" (func $log (type $unary)))
    (import "env" "base" (global $base i32))
    (import "env" "table" (table 1 funcref))
    (func $double (export "double") (type $unary) (i32.mul (local.get 0) (i32.const 2)))
    (func $begin (elem.drop $lazy) (table.set $own (i32.const 0) (ref.func $double)))
    (table $own 2 8 funcref)
    (memory (export "memory") 1 4)
    (global $scale (export "scale") (mut i64) (i64.const -3))
    (export "twice" (func $double))
    (start $begin)
    (elem (table $own) (i32.const 1) func $log $double)
    (elem $lazy funcref (ref.null func) (ref.func $double))
    (elem declare func $begin)
    (data (i32.add (global.get $base) (i32.const 8)) "hello")
    (data $passive "wörld")
)"#;

fn parse(wat: &str) -> Result<Module, Vec<ModuleError>> {
    Module::parse("given", wat::parse_str(wat).unwrap())
}

fn errors(wat: &str) -> Vec<ModuleError> {
    parse(wat).expect_err(wat)
}

#[test]
fn names_of_imports_are_read_without_the_rest() {
    let names = [("a", "f"), ("b", "m")];
    let mut binary = wat::parse_str(r#"(module (import "a" "f" (func)) (import "b" "m" (memory 1)) (func))"#).unwrap();
    assert_eq!(Module::imported_names(&binary), names);
    binary.truncate(binary.len() - 1);
    assert_eq!(Module::imported_names(&binary), names);
    assert_eq!(Module::imported_names(b"\0asm"), []);
}

#[test]
fn every_section_is_read() {
    let module = parse(EVERYTHING).unwrap();
    assert_eq!(module.name, "everything");
    assert_eq!((module.types.len(), module.imports.len(), module.imported_functions()), (2, 3, 1));
    assert_eq!(
        (module.functions.len(), module.tables.len(), module.memories.len(), module.globals.len()),
        (3, 2, 1, 2)
    );
    assert_eq!(module.export("double"), Some(ExternIndex::Function(FunctionIndex(1))));
    assert_eq!(module.export("memory"), Some(ExternIndex::Memory(MemoryIndex(0))));
    assert_eq!(module.export("scale"), Some(ExternIndex::Global(GlobalIndex(1))));
    assert_eq!(module.export("none"), None);
    assert_eq!(module.start, Some(FunctionIndex(2)));
    assert_eq!(module.function_type(FunctionIndex(1)).params().len(), 1);

    let value = |value| ConstExpr { ops: vec![ConstOp::Value(value)] };
    assert_eq!(module.globals[1].init, Some(value(ConstValue::I64(-3))));
    let [active, lazy, declared] = &module.elements[..] else { panic!("{:?}", module.elements) };
    assert_eq!(active.mode, SegmentMode::Active { target: TableIndex(1), offset: value(ConstValue::I32(1)) });
    assert_eq!(active.items, ElementItems::Functions(vec![FunctionIndex(0), FunctionIndex(1)]));
    assert_eq!(lazy.mode, SegmentMode::Passive);
    let items = vec![value(ConstValue::Null), value(ConstValue::Function(FunctionIndex(1)))];
    assert_eq!(lazy.items, ElementItems::Expressions(items));
    assert_eq!(declared.mode, SegmentMode::Declared);

    let sum = vec![ConstOp::GlobalGet(GlobalIndex(0)), ConstOp::Value(ConstValue::I32(8)), ConstOp::I32Add];
    assert_eq!(module.data[0].mode, SegmentMode::Active { target: MemoryIndex(0), offset: ConstExpr { ops: sum } });
    assert_eq!(module.data_bytes(DataIndex(0)), b"hello");
    assert_eq!(module.data_bytes(DataIndex(1)), "wörld".as_bytes());
}

#[test]
fn a_body_is_its_local_declarations_and_operators() {
    let module = parse("(module (func) (func (local i64) (nop)))").unwrap();
    let body = |function: usize| &module.bytes[module.functions[function].body.clone().unwrap().range];
    assert_eq!(body(0), [0x00, 0x0b]);
    assert_eq!(body(1), [0x01, 0x01, 0x7e, 0x01, 0x0b]);
}

#[test]
fn facts_are_collected_over_all_bodies() {
    let module = parse(
        r#"(module
            (table $read 1 funcref) (table $set 1 funcref) (table $filled 1 funcref) (table $copied 1 funcref)
            (table $initialised 1 funcref) (table $grown 1 funcref)
            (elem $segment func) (elem declare func 6)
            (func (drop (table.get $read (i32.const 0))))
            (func (table.set $set (i32.const 0) (ref.null func)))
            (func (table.fill $filled (i32.const 0) (ref.null func) (i32.const 1)))
            (func (table.copy $copied $read (i32.const 0) (i32.const 0) (i32.const 1)))
            (func (table.init $initialised $segment (i32.const 0) (i32.const 0) (i32.const 0)))
            (func (drop (table.grow $grown (ref.null func) (i32.const 1))))
            (func (drop (ref.func 6)))
        )"#,
    )
    .unwrap();
    let facts = &module.facts;
    assert_eq!(facts.written_tables, (1..=5).map(TableIndex).collect());
    assert_eq!(facts.grown_tables, [TableIndex(5)].into());
    assert_eq!(facts.referenced_functions, [FunctionIndex(6)].into());
}

#[test]
fn functions_are_called_by_section_name_then_export_then_import_then_index() {
    let module = parse(
        r#"(module
            (import "env" "imported" (func))
            (func $_ZN5space3fooEibc (export "exported"))
            (func (export "first") (export "second"))
            (func)
            (func (export "\1b[31m")))"#,
    )
    .unwrap();
    let names: Vec<_> = (0..6).map(|function| module.display_name(FunctionIndex(function))).collect();
    let expected = ["imported", "space::foo(int, bool, char)", "first", "function[3]", "\\u{1b}[31m", "function[5]"];
    assert_eq!(names, expected);
    assert_eq!(module.functions[1].name.as_deref(), Some("_ZN5space3fooEibc"));
}

#[test]
fn a_module_without_a_name_is_called_as_given() {
    assert_eq!(parse("(module)").unwrap().name, "given");
}

#[test]
fn a_malformed_name_section_is_ignored() {
    let module = wat::parse_str("(module (func) (func))").unwrap();
    let function_names = |names: &[u8]| {
        let mut contents = b"\x04name\x01".to_vec();
        contents.push(u8::try_from(names.len()).unwrap());
        contents.extend(names);
        let mut bytes = module.clone();
        bytes.extend([0, u8::try_from(contents.len()).unwrap()]);
        bytes.extend(contents);
        Module::parse("given", bytes).unwrap().functions.into_iter().map(|function| function.name).collect::<Vec<_>>()
    };
    let (a, none) = (Some(String::from("a")), None);
    for (names, expected) in [
        (&b"\x01\x00\x01a"[..], [a.clone(), none.clone()]),
        // Out of range, out of order, truncated, not UTF-8.
        (b"\x02\x00\x01a\x09\x01b", [a.clone(), none.clone()]),
        (b"\x02\x01\x01b\x00\x01a", [none.clone(), Some(String::from("b"))]),
        (b"\x02\x00\x01a\x01\x07b", [a, none.clone()]),
        (b"\x01\x00\x01\xff", [none.clone(), none.clone()]),
        (b"\xff\xff\xff\xff\xff\xff", [none.clone(), none]),
    ] {
        assert_eq!(function_names(names), expected, "{names:?}");
    }
}

#[test]
fn files_that_are_no_modules_are_told_apart() {
    for (bytes, kind, message) in [
        (&b""[..], ModuleErrorKind::Invalid, "the file is empty"),
        (b"\0as", ModuleErrorKind::Invalid, "the file ends within the header of a module"),
        (b"\0asm\x01\0", ModuleErrorKind::Invalid, "the file ends within the header of a module"),
        (b"  (module)", ModuleErrorKind::Invalid, "this is WebAssembly text, not a binary module"),
        (b";; comment", ModuleErrorKind::Invalid, "this is WebAssembly text, not a binary module"),
        (
            b"\x7fELF\x02\x01",
            ModuleErrorKind::Invalid,
            "this is not a WebAssembly module: it begins with 7f 45 4c 46, not with 00 61 73 6d",
        ),
        (b"\0asm\x02\0\0\0", ModuleErrorKind::Invalid, "unknown version of the binary format: 02 00 00 00"),
        (
            b"\0asm\x0d\0\x01\0",
            ModuleErrorKind::Unsupported,
            "unsupported: this is a component, not a core module (component model)",
        ),
    ] {
        let errors = Module::parse("given", bytes).unwrap_err();
        assert_eq!((errors.len(), errors[0].kind, errors[0].message.as_str()), (1, kind, message));
    }
}

#[test]
fn proposals_are_refused_by_name() {
    for (wat, proposal) in [
        ("(module (memory 1) (func (memory.discard (i32.const 0) (i32.const 0))))", "(memory control)"),
        ("(module (type $f (func)) (type (cont $f)))", "(stack switching)"),
    ] {
        let errors = errors(wat);
        assert_eq!(errors[0].kind, ModuleErrorKind::Unsupported, "{wat}: {errors:?}");
        assert!(errors[0].message.ends_with(proposal), "{wat}: {errors:?}");
        assert!(errors[0].message.starts_with("unsupported: "), "{wat}: {errors:?}");
    }
}

#[test]
fn every_invalid_function_is_reported_with_its_place() {
    let wat = r#"(module
        (func $good)
        (func $bad (result i32) (i64.const 0))
        (func (export "worse") (drop) (unreachable))
        (type $function (func)) (type $other (cont $function)))"#;
    let found = errors(wat);
    assert_eq!(found.len(), 1, "a type error ends the reading: {found:?}");

    let found =
        errors(&wat.replace("(type $function (func)) (type $other (cont $function))", "(data (i32.const 0) \"\")"));
    let bytes = wat::parse_str(wat).unwrap();
    let places: Vec<_> = found
        .iter()
        .map(|error| error.location.function.as_ref().map(|function| (function.index.0, function.name.as_str())))
        .collect();
    assert_eq!(places, [Some((1, "bad")), Some((2, "worse")), None]);
    assert!(found.windows(2).all(|pair| pair[0].location.offset < pair[1].location.offset), "{found:?}");
    assert!(
        found.iter().all(|error| error.kind == ModuleErrorKind::Invalid && error.location.offset < bytes.len() + 16)
    );
    assert_eq!(found[0].location.to_string(), format!("offset {:#x}, in bad", found[0].location.offset));
}

#[test]
fn errors_are_limited_and_the_same_in_every_run() {
    let functions: String = (0..3 * MAX_ERRORS).map(|at| format!("(func $f{at} (drop))")).collect();
    let wat = format!("(module {functions})");
    let found = errors(&wat);
    assert_eq!(found.len(), MAX_ERRORS);
    let names: Vec<_> = found.iter().map(|error| error.location.function.clone().unwrap().name).collect();
    assert_eq!(names, (0..MAX_ERRORS).map(|at| format!("f{at}")).collect::<Vec<_>>());
    for _ in 0..8 {
        assert_eq!(errors(&wat), found);
    }
}

#[test]
fn truncated_modules_are_errors_within_the_file() {
    let bytes = wat::parse_str(EVERYTHING).unwrap();
    // What remains can be valid only if the cut is between sections.
    let payloads = wasmparser::Parser::new(0).parse_all(&bytes).map(Result::unwrap);
    let ends = payloads.filter_map(|payload| Some(usize::try_from(payload.as_section()?.1.end).unwrap()));
    let ends: Vec<_> = ends.chain([8]).collect();
    for length in 0..bytes.len() {
        match Module::parse("given", &bytes[..length]) {
            Ok(_) => assert!(ends.contains(&length), "{length}"),
            Err(errors) => {
                assert!(!errors.is_empty());
                assert!(errors.iter().all(|error| error.location.offset <= length), "{length}: {errors:?}");
            }
        }
    }
}

#[test]
fn damaged_modules_do_not_panic() {
    let original = wat::parse_str(EVERYTHING).unwrap();
    // A linear congruential generator: the same damage in every run.
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..20_000 {
        let mut bytes = original.clone();
        for _ in 0..=random(4) {
            let at = 8 + random(bytes.len() - 8);
            match random(4) {
                0 => bytes[at] ^= 1 << random(8),
                1 => bytes[at] = u8::try_from(random(256)).unwrap(),
                2 => bytes.insert(at, u8::try_from(random(256)).unwrap()),
                _ => drop(bytes.remove(at)),
            }
        }
        let length = bytes.len();
        if let Err(errors) = Module::parse("given", bytes) {
            assert!(errors.iter().all(|error| error.location.offset <= length), "{errors:?}");
        }
    }
}
