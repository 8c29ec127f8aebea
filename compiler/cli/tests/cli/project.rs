//! `wasmelt.toml`, and `wasmelt init`.

use std::fs;

use crate::support::{Finished, Project, targets_to_build};

#[test]
fn a_project_is_built_without_arguments() {
    let project = Project::new(&["hello.wat", "environment.wat", "library.wat"]);
    let targets: Vec<String> = targets_to_build().iter().map(ToString::to_string).collect();
    let text = format!(
        r#"
        targets = {targets:?}
        output = "dist"

        [[module]]
        path = "hello.wat"
        name = "greet"

        [[module]]
        path = "environment.wat"
        targets = [{:?}]
        grants = {{ env = {{ set = {{ WASMELT_TEST = "x" }} }} }}
        "#,
        targets[0]
    );
    project.write("wasmelt.toml", text.as_bytes());
    project.wasmelt(&["build"]).succeeded();
    project.wasmelt(&["build", "environment.wat", "--env", "WASMELT_TEST=x", "--target", &targets[0]]).succeeded();
    let alone = fs::read(project.path("environment")).unwrap();
    assert_eq!(fs::read(project.path("dist/environment")).unwrap(), alone);
    let name = if targets.len() > 1 { format!("dist/greet-{}", targets[0]) } else { String::from("dist/greet") };
    assert!(project.path(&name).is_file());
}

#[test]
fn the_command_line_has_the_last_word() {
    let project = Project::new(&["hello.wat"]);
    project.write("wasmelt.toml", b"targets = [\"aarch64-linux\"]\noutput = \"a\"\n[[module]]\npath = \"hello.wat\"\n");
    project.wasmelt(&["build", "--target", "x86_64-linux", "-o", "b"]).succeeded();
    assert!(project.path("b/hello").is_file() && !project.path("a").exists());
}

#[test]
fn errors_have_line_and_column() {
    let project = Project::new(&[]);
    project.write("wasmelt.toml", b"output = \"dist\"\ntargets = [\"z80\"]\nmodules = 1\n");
    let refused = project.wasmelt(&["build"]).failed_with(&["E0205", "E0205"]);
    for words in ["wasmelt.toml:2:12", "z80", "wasmelt.toml:3:1", "`modules`"] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
}

#[test]
fn grants_may_be_a_policy_file() {
    let project = Project::new(&["environment.wat"]);
    project
        .write("wasmelt.toml", b"policy = \"app.toml\"\noutput = \"dist\"\n[[module]]\npath = \"environment.wat\"\n");
    project.wasmelt(&["build"]).failed_with(&["E0301"]);
    project.write("app.toml", b"[env]\nset = { WASMELT_TEST = \"x\" }\n[limits]\nwall-time = \"1m\"\n");
    project.wasmelt(&["build"]).succeeded();
    project.wasmelt(&["build", "environment.wat", "--policy", "app.toml", "-o", "alone"]).succeeded();
    assert_eq!(fs::read(project.path("dist/environment")).unwrap(), fs::read(project.path("alone")).unwrap());
    project.write("app.toml", b"[limits]\nspeed = 1\n[env]\ninherit = [\"A=B\"]\n");
    let refused = project.wasmelt(&["build"]).failed_with(&["E0203", "E0203"]);
    assert!(refused.stderr.contains("app.toml:2:1") && refused.stderr.contains("app.toml:4:12"), "{}", refused.stderr);
}

#[test]
fn without_a_project_a_module_has_to_be_named() {
    let refused = Project::new(&[]).wasmelt(&["build"]).failed_with(&["E0301"]);
    assert!(refused.stderr.contains("wasmelt init"), "{}", refused.stderr);
}

#[test]
fn flags_of_modules_need_modules() {
    let project = Project::new(&["hello.wat"]);
    project.wasmelt(&["init", "hello.wat"]).succeeded();
    for flags in [["--strip"], ["--allow-args"]] {
        assert_eq!(project.wasmelt(&[&["build"], &flags[..]].concat()).status, Some(2));
    }
}

#[test]
fn a_first_project_file_can_be_built() {
    let modules = ["hello.wat", "environment.wat", "arguments.wat", "read.wat"];
    let project = Project::new(&modules);
    project.wasmelt(&[&["init"], &modules[..]].concat()).succeeded();
    project.wasmelt(&["build"]).succeeded();
    assert!(Finished::of(&mut project.other_command(project.path("dist/hello"))).succeeded().stdout == "hello\n");
    let text = fs::read_to_string(project.path("wasmelt.toml")).unwrap();
    for words in ["# From `wasi_snapshot_preview1` it imports", "[module.grants.args]", "[module.grants.env]"] {
        assert!(text.contains(words), "{words} is not in:\n{text}");
    }
    // What is commented out can be used as it is.
    let commented = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(code) if code.contains(" = ") || code.starts_with("[[") => code,
        _ => line,
    });
    project.write("wasmelt.toml", commented.map(|line| format!("{line}\n")).collect::<String>().as_bytes());
    project.wasmelt(&["build"]).succeeded();
}

#[test]
fn a_project_file_is_not_replaced() {
    let project = Project::new(&["hello.wat"]);
    project.write("wasmelt.toml", b"mine");
    project.wasmelt(&["init", "hello.wat"]).failed_with(&["E0302"]);
    assert_eq!(fs::read(project.path("wasmelt.toml")).unwrap(), b"mine");
}
