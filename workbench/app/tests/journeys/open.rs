//! Opening modules, and building them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use eframe::egui::DroppedFile;
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use wasmelt_workbench::Workbench;

use crate::{click, start, wait_for};

#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

fn drop_file(harness: &mut Harness<'_, Workbench>, path: PathBuf) {
    harness.input_mut().dropped_files.push(Arc::new(Dropped(path)));
    harness.step();
}

#[test]
fn open_a_sample_and_build_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = start(folder.path());
    harness.get_by_label("No module is open");

    click(&mut harness, "Sample: Hello");
    wait_for(&mut harness, "wasi_snapshot_preview1 (1)");
    harness.get_by_label_contains("fd_write  function");
    harness.get_by_label_contains("_start  function");

    click(&mut harness, "Targets");
    click(&mut harness, "Build");
    wait_for(&mut harness, "Built ");
    let outputs: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [output] = &outputs[..] else { panic!("one executable: {outputs:?}") };
    harness.get_by_label(&output.display().to_string());
}

#[test]
fn a_dropped_file_that_is_no_module_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.wasm");
    fs::write(&file, b"neither one nor the other").unwrap();
    let mut harness = start(folder.path());
    drop_file(&mut harness, file.clone());
    wait_for(&mut harness, &format!("Cannot open {}", file.display()));
    harness.get_by_label_contains("error[E0");
}

#[test]
fn a_file_is_opened_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.wat");
    fs::write(&file, b"(module $nothing)").unwrap();
    let mut harness = start(folder.path());
    let field = harness.get_by_label("Module:");
    field.focus();
    field.type_text(&file.display().to_string());
    harness.run();
    click(&mut harness, "Open");
    wait_for(&mut harness, "nothing");
    harness.get_by_label("Exports (0)");
}

#[test]
fn without_a_target_there_is_nothing_to_build() {
    let mut harness = start(Path::new("."));
    click(&mut harness, "Sample: Hello");
    wait_for(&mut harness, "wasi_snapshot_preview1 (1)");
    click(&mut harness, "Targets");
    let default = harness.get_all_by_label_contains("(default)").next().unwrap();
    assert!(!harness.get_by_label("Build").accesskit_node().is_disabled());
    default.click();
    harness.run();
    assert!(harness.get_by_label("Build").accesskit_node().is_disabled());
}
