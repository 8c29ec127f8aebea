//! `wasmelt workbench`: finding the program and becoming it. A script stands for it.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// A copy of `wasmelt`, alone in a directory: beside the one that is tested may be a real workbench.
fn alone() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::copy(env!("CARGO_BIN_EXE_wasmelt"), directory.path().join("wasmelt")).unwrap();
    directory
}

fn place_script(directory: &Path, says: &str) {
    let script = directory.join("wasmelt-workbench");
    fs::write(&script, format!("#!/bin/sh\necho {says} \"$@\"\nexit 3\n")).unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
}

fn run(directory: &Path, path: &Path) -> Output {
    Command::new(directory.join("wasmelt")).args(["workbench", "a b.wasm"]).env("PATH", path).output().unwrap()
}

fn said(output: &Output) -> (&str, Option<i32>) {
    (str::from_utf8(&output.stdout).unwrap(), output.status.code())
}

#[test]
fn the_workbench_beside_wasmelt_comes_before_the_one_on_the_path() {
    let (directory, path) = (alone(), tempfile::tempdir().unwrap());
    place_script(path.path(), "path");
    assert_eq!(said(&run(directory.path(), path.path())), ("path a b.wasm\n", Some(3)));
    place_script(directory.path(), "beside");
    assert_eq!(said(&run(directory.path(), path.path())), ("beside a b.wasm\n", Some(3)));
}

#[test]
fn without_a_workbench_it_says_how_to_get_one() {
    let directory = alone();
    let output = run(directory.path(), Path::new("/nonexistent"));
    let text = str::from_utf8(&output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("E0305") && text.contains("cargo install --path workbench/app"), "{text}");
}
