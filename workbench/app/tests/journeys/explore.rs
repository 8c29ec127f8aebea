//! Following a function from its text to machine code.

use std::{fs, path::Path};

use egui_kittest::{Harness, kittest::Queryable};
use wasmelt_workbench::Workbench;

use crate::{click, start, type_into, wait_for};

/// `_start` calls `checksum`, which reads memory.
const MODULE: &str = r#"(module $sums
    (memory 1)
    (func $checksum (param $at i32) (result i32)
        (i32.mul (i32.load offset=16 (local.get $at)) (i32.const 31)))
    (func $unused)
    (func (export "_start") (drop (call $checksum (i32.const 4)))))"#;

fn open(harness: &mut Harness<'_, Workbench>, file: &Path) {
    fs::write(file, MODULE).unwrap();
    type_into(harness, "Module:", &file.display().to_string());
    click(harness, "Open");
}

/// Chooses `option` of the combo box `name`.
fn choose(harness: &mut Harness<'_, Workbench>, name: &str, option: &str) {
    click(harness, name);
    click(harness, option);
}

#[test]
fn explore_a_function() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = start(folder.path());
    click(&mut harness, "Explore");
    harness.get_by_label_contains("Open a module to see its functions");
    open(&mut harness, &folder.path().join("sums.wat"));
    wait_for(&mut harness, "3 functions");

    // A search leaves one, which is shown in three columns.
    type_into(&mut harness, "Search functions", "start");
    wait_for(&mut harness, "1 of 3");
    click(&mut harness, "_start");
    wait_for(&mut harness, "call $checksum");
    wait_for(&mut harness, "Machine code");
    harness.get_by_label_contains("; u0:0 is checksum");

    // To the function that it calls, and to the other target.
    click(&mut harness, "calls checksum");
    wait_for(&mut harness, "i32.load offset=16");
    choose(&mut harness, "Target", "aarch64-linux");
    wait_for(&mut harness, "ldr");
    wait_for(&mut harness, "load.i32");
    choose(&mut harness, "Target", "x86_64-linux");
    wait_for(&mut harness, "imul");

    // A check keeps the access inside where no guard does.
    assert_eq!(harness.query_all_by_label_contains("cmov").count(), 0);
    click(&mut harness, "Two builds");
    click(&mut harness, "guard | explicit");
    wait_for(&mut harness, "cmov");
    harness.get_by_label_contains("x86_64-linux, explicit, -O2: ");

    click(&mut harness, "Back");
    wait_for(&mut harness, "calls checksum");
}
