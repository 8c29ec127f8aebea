//! `wasmelt build` writes executables where it was told to.

use crate::support::{Finished, Project};

#[test]
fn the_executable_is_named_after_the_module() {
    let project = Project::new(&["hello.wat"]);
    let built = project.wasmelt(&["build", "hello.wat"]).succeeded();
    assert!(built.stdout.starts_with("hello.wat: hello for "), "{}", built.stdout);
    assert_eq!(project.files(), ["hello", "hello.wat"]);
    let ran = Finished::of(&mut project.other_command(project.path("hello"))).succeeded();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("hello\n", ""));
}

#[test]
fn content_decides_whether_a_module_is_text() {
    let project = Project::new(&["hello.wat"]);
    let text = std::fs::read(project.path("hello.wat")).unwrap();
    let binary = wasmelt_driver::Source::from_bytes("hello", text.clone()).to_binary().unwrap();
    project.write("a.wasm", &text);
    project.write("b.wat", &binary);
    for module in ["a.wasm", "b.wat"] {
        assert_eq!(project.wasmelt(&["run", module]).succeeded().stdout, "hello\n");
    }
}

#[test]
fn quiet_says_nothing() {
    let project = Project::new(&["hello.wat"]);
    let built = project.wasmelt(&["build", "-q", "hello.wat", "-o", "app"]).succeeded();
    assert_eq!((built.stdout.as_str(), built.stderr.as_str()), ("", ""));
    assert_eq!(project.files(), ["app", "hello.wat"]);
}

#[test]
fn a_failing_module_does_not_stop_the_others() {
    let project = Project::new(&["hello.wat", "invalid.wat", "exit.wat"]);
    let built = project.wasmelt(&["build", "hello.wat", "invalid.wat", "exit.wat", "-o", "out"]);
    assert_eq!(built.status, Some(1));
    let table: Vec<&str> = built.stdout.lines().collect();
    assert!(table[1].starts_with("hello.wat") && table[1].contains("KiB"), "{}", built.stdout);
    assert!(table[2].starts_with("invalid.wat") && table[2].ends_with("failed: E0103"), "{}", built.stdout);
    assert_eq!(table[4], "2 of 3 executables were built");
    assert_eq!(built.stderr.matches("error[E0103]").count(), 2);
    assert!(project.path("out/hello").is_file() && project.path("out/exit").is_file());
    assert!(!project.path("out/invalid").exists());
}

#[test]
fn an_old_executable_is_replaced() {
    let project = Project::new(&["hello.wat"]);
    project.write("hello", b"old");
    project.wasmelt(&["build", "hello.wat"]).succeeded();
    assert_eq!(Finished::of(&mut project.other_command(project.path("hello"))).stdout, "hello\n");
}

#[test]
fn the_input_is_not_replaced() {
    let project = Project::new(&["hello.wat"]);
    let before = std::fs::read(project.path("hello.wat")).unwrap();
    project.wasmelt(&["build", "hello.wat", "-o", "./hello.wat"]).failed_with(&["E0201"]);
    assert_eq!(std::fs::read(project.path("hello.wat")).unwrap(), before);
}

#[test]
fn wrong_command_lines_exit_with_2() {
    let project = Project::new(&[]);
    for line in
        [&["build", "--strip"][..], &["build", "a", "--target", "z80"], &["build", "a", "--dir", ""], &["fly"], &[]]
    {
        assert_eq!(project.wasmelt(line).status, Some(2), "{line:?}");
    }
}
