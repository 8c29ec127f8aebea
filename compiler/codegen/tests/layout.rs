//! Where things lie: what is folded into initial contents, and which storage a table gets.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use wasmelt_codegen::{Layout, Options, TablePlace, TableStorage};
use wasmelt_module::{DataIndex, Entry, InstanceIndex, Module, ProgramBuilder, ProgramTable, TableIndex};
use wasmelt_targets::{Architecture, Target};

/// The layout of a program of modules, each of which is registered under its name.
fn layout(modules: &[(&str, &str)]) -> Layout {
    let mut builder = ProgramBuilder::new();
    for (name, text) in modules {
        let module = Module::parse(name, wat::parse_str(text).unwrap()).unwrap();
        let instance = builder.instantiate(Arc::new(module), |_, _| None).unwrap();
        builder.register(*name, instance);
    }
    let program = builder.finish(Entry::Script);
    let target = Target::baseline(Architecture::X86_64);
    wasmelt_codegen::compile(&program, &target, &Options::default()).unwrap().layout
}

fn table(layout: &Layout, instance: u32, table: u32) -> TablePlace {
    layout.tables[&ProgramTable { instance: InstanceIndex(instance), table: TableIndex(table) }]
}

fn folded_data(layout: &Layout) -> Vec<Vec<u32>> {
    let indices = |folded: &Vec<DataIndex>| folded.iter().map(|index| index.0).collect();
    layout.memories.iter().map(|memory| indices(&memory.folded)).collect()
}

const EXPORTER: &str = r#"(module
    (memory (export "memory") 1 2)
    (table (export "table") 4 8 funcref)
    (global (export "offset") i32 (i32.const 65534)))"#;

#[test]
fn data_is_folded_up_to_the_first_segment_out_of_bounds() {
    let text = r#"(module
        (import "exporter" "offset" (global $offset i32))
        (memory 1)
        (data (i32.const 0) "a") (data "passive") (data (global.get $offset) "bc") (data (global.get $offset) "def")
        (data (i32.const 0) "g"))"#;
    assert_eq!(folded_data(&layout(&[("exporter", EXPORTER), ("", text)])), [vec![], vec![0, 2]]);
}

#[test]
fn data_for_an_imported_memory_is_not_folded() {
    let text = r#"(module (import "exporter" "memory" (memory 1)) (data (i32.const 0) "a"))"#;
    assert_eq!(folded_data(&layout(&[("exporter", EXPORTER), ("", text)])), [vec![]]);
}

#[test]
fn data_is_not_folded_after_element_segments_that_can_trap() {
    let text = r#"(module
        (memory 1) (table 1 funcref) (func $f)
        (elem (i32.const 1) $f) (data (i32.const 0) "a"))"#;
    assert_eq!(folded_data(&layout(&[("", text)])), [vec![]]);
}

#[test]
fn a_table_that_nothing_writes_is_constant() {
    let text = r#"(module (table 2 funcref) (func $f) (elem (i32.const 0) $f $f))"#;
    let place = table(&layout(&[("", text)]), 0, 0);
    assert_eq!((place.storage, place.folded), (TableStorage::Constant, 1));
}

#[test]
fn a_table_that_a_later_instance_fills_is_state() {
    let text = r#"(module
        (import "exporter" "table" (table 4 funcref)) (func $f) (elem (i32.const 0) $f))"#;
    let place = table(&layout(&[("exporter", EXPORTER), ("", text)]), 0, 0);
    assert!(matches!(place.storage, TableStorage::State(_)));
}

#[test]
fn a_table_with_a_segment_out_of_bounds_is_state() {
    let text = r#"(module (table 1 funcref) (func $f) (elem (i32.const 0) $f) (elem (i32.const 1) $f))"#;
    let place = table(&layout(&[("", text)]), 0, 0);
    assert!(matches!(place.storage, TableStorage::State(_)));
    assert_eq!(place.folded, 1);
}

#[test]
fn a_table_that_an_importer_grows_is_at_a_fixed_address() {
    let text = r#"(module
        (import "exporter" "table" (table 4 funcref))
        (func (export "grow") (result i32) (table.grow 0 (ref.null func) (i32.const 1))))"#;
    let layout = layout(&[("exporter", EXPORTER), ("", text)]);
    let place = table(&layout, 0, 0);
    assert!(matches!(place.storage, TableStorage::Fixed(_)) && place.state.is_some());
    assert_eq!((place.initial, place.maximum, layout.growable_tables_bytes), (4, 8, 8 * 16));
}

#[test]
fn a_large_empty_table_is_not_part_of_the_file() {
    let text = r#"(module (table 1000000 funcref) (func $f) (elem (i32.const 0) $f))"#;
    let place = table(&layout(&[("", text)]), 0, 0);
    assert!(matches!(place.storage, TableStorage::Fixed(_)) && place.state.is_none());
    assert_eq!(place.folded, 0);
}

#[test]
fn only_passive_segments_have_lengths() {
    let text = r#"(module
        (memory 1) (table 1 funcref) (func $f)
        (data (i32.const 0) "a") (data "b")
        (elem (i32.const 0) $f) (elem func $f) (elem declare func $f))"#;
    let layout = layout(&[("", text)]);
    assert_eq!((layout.data_lengths.len(), layout.element_lengths.len()), (1, 1));
}
