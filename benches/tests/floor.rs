//! The floor runs. In a process of its own: while one thread writes an executable, no other may start a program, which for
//! a moment would have the file open for writing and so keep it from being executed.

use std::process::Command;

use wasmelt_benches::floor;
use wasmelt_targets::Architecture;

#[test]
fn it_runs_and_exits() {
    let Some(host) = Architecture::host() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("floor");
    wasmelt_driver::write_executable(&path, &floor::executable(host)).unwrap();
    assert!(Command::new(path).status().unwrap().success());
}
