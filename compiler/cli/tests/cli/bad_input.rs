//! What cannot be built gets clear diagnostics, exit status 1, and leaves nothing behind.

use crate::support::{Finished, Project};

/// Builds `file`, expecting diagnostics with these codes that hold these words.
#[track_caller]
fn check(project: &Project, file: &str, codes: &[&str], words: &[&str]) {
    let before = project.files();
    let built = project.wasmelt(&["build", file]).failed_with(codes);
    for word in words {
        assert!(built.stderr.contains(word), "{word:?} is not in:\n{}", built.stderr);
    }
    assert_eq!(project.files(), before);
}

fn check_fixture(fixture: &str, codes: &[&str], words: &[&str]) {
    check(&Project::new(&[fixture]), fixture, codes, words);
}

fn check_bytes(bytes: &[u8], codes: &[&str], words: &[&str]) {
    let project = Project::new(&[]);
    project.write("app.wasm", bytes);
    check(&project, "app.wasm", codes, words);
}

#[test]
fn all_invalid_functions_are_reported_with_offsets() {
    let words = ["type mismatch", "invalid.wat: byte ", "assembled module, in function first", "in function second"];
    check_fixture("invalid.wat", &["E0103", "E0103"], &words);
}

#[test]
fn truncated_modules_are_reported_with_the_offset() {
    check_bytes(b"\0as", &["E0103"], &["app.wasm: byte "]);
    check_bytes(b"\0asm\x01\0\0\0\x01\x05", &["E0103"], &["app.wasm: byte 10 (0xa)\n"]);
}

#[test]
fn unsupported_proposals_are_named() {
    check_fixture("memory_control.wat", &["E0104"], &["memory control", "in function discard"]);
}

#[test]
fn components_are_told_from_modules() {
    check_bytes(b"\0asm\x0d\0\x01\0", &["E0104"], &["component"]);
}

#[test]
fn all_bad_imports_are_reported() {
    let words = ["`missing` from `env`", "`fd_write` from `wasi_snapshot_preview1`", "byte "];
    check_fixture("imports.wat", &["E0105", "E0106"], &words);
}

#[test]
fn libraries_are_not_programs() {
    check_fixture("library.wat", &["E0107"], &["_start", "`main`"]);
}

#[test]
fn text_errors_show_their_line() {
    check_fixture("syntax.wat", &["E0101"], &["syntax.wat:3:4", "3 |   (fnc))"]);
}

#[test]
fn other_files_are_not_modules() {
    check_bytes(b"", &["E0102"], &["the file is empty"]);
    check_bytes(b"\x7fELF\x02\xff", &["E0102"], &["neither"]);
}

#[test]
fn missing_files_are_reported() {
    check(&Project::new(&[]), "absent.wasm", &["E0301"], &["absent.wasm"]);
}

#[test]
fn outputs_that_cannot_be_written_are_reported() {
    let project = Project::new(&["hello.wat"]);
    project.wasmelt(&["build", "hello.wat", "-o", "no/such/directory/hello"]).failed_with(&["E0302"]);
    project.wasmelt(&["build", "hello.wat", "-o", "/proc/wasmelt-hello"]).failed_with(&["E0302"]);
    assert_eq!(project.files(), ["hello.wat"]);
}

#[test]
fn a_full_device_is_reported() {
    let project = Project::new(&["hello.wat"]);
    project.wasmelt(&["build", "hello.wat", "-o", "/dev/full"]).failed_with(&["E0302"]);
}

#[test]
fn a_disk_that_fills_up_leaves_nothing_behind() {
    let project = Project::new(&["hello.wat"]);
    // The limit is on the size of files; its signal ignored, writing beyond it fails as on a full disk.
    let script = r#"trap "" XFSZ; ulimit -f 1; exec "$0" build hello.wat"#;
    let mut shell = project.other_command("sh");
    Finished::of(shell.args(["-c", script, env!("CARGO_BIN_EXE_wasmelt")])).failed_with(&["E0302"]);
    assert_eq!(project.files(), ["hello.wat"]);
}
