//! Many executables in one run of `wasmelt build`.

use std::fs;

use serde_json::Value;

use crate::support::{Finished, Project, targets_to_build};

const MODULES: [&str; 4] = ["hello.wat", "invalid.wat", "exit.wat", "functions.wat"];

/// The objects that `wasmelt build --message-format json` prints.
fn messages(finished: &Finished) -> Vec<Value> {
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn with_reason<'m>(messages: &'m [Value], reason: &str) -> Vec<&'m Value> {
    messages.iter().filter(|message| message["reason"] == reason).collect()
}

#[test]
fn every_module_is_built_for_every_target() {
    let project = Project::new(&MODULES);
    let targets: Vec<String> = targets_to_build().iter().map(ToString::to_string).collect();
    let mut line = [&["build", "-o", "out", "--message-format", "json"], &MODULES[..]].concat();
    targets.iter().for_each(|target| line.extend(["--target", target]));
    let built = project.wasmelt(&line);
    assert_eq!((built.status, built.stderr.as_str()), (Some(1), ""));
    let messages = messages(&built);
    let executables = with_reason(&messages, "executable");
    assert_eq!(executables.len(), 3 * targets.len());
    for executable in executables {
        let bytes = fs::metadata(project.path(executable["path"].as_str().unwrap())).unwrap().len();
        assert_eq!(executable["bytes"], bytes);
    }
    let diagnostics = with_reason(&messages, "diagnostic");
    assert_eq!(diagnostics.len(), 2 * targets.len());
    assert!(diagnostics.iter().all(|one| one["code"] == "E0103" && one["location"]["offset"].is_u64()));
    let last = messages.last().unwrap();
    assert_eq!((&last["reason"], &last["built"]), (&Value::from("finished"), &Value::from(3 * targets.len())));
}

#[test]
fn lines_and_tables_are_told_apart() {
    let project = Project::new(&["hello.wat", "exit.wat"]);
    let built = project.wasmelt(&["build", "hello.wat", "exit.wat"]).succeeded();
    assert_eq!(built.stdout.lines().count(), 4, "{}", built.stdout);
    let mut lines: Vec<&str> = built.stderr.lines().map(|line| line.split(" for ").next().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, ["exit.wat: exit", "hello.wat: hello"]);
}

#[test]
fn quiet_builds_tell_only_what_is_wrong() {
    let project = Project::new(&["hello.wat", "exit.wat"]);
    let built = project.wasmelt(&["build", "-q", "hello.wat", "exit.wat"]).succeeded();
    assert_eq!((built.stdout.as_str(), built.stderr.as_str()), ("", ""));
    project.wasmelt(&["build", "-q", "hello.wat", "absent.wat"]).failed_with(&["E0301"]);
}

#[test]
fn failing_fast_begins_nothing_more() {
    let project = Project::new(&MODULES);
    let line = ["build", "-j1", "--fail-fast", "--message-format", "json"];
    let built = project.wasmelt(&[&line[..], &MODULES[..]].concat());
    assert_eq!(built.status, Some(1));
    let messages = messages(&built);
    let counts = messages.last().unwrap();
    assert_eq!((&counts["built"], &counts["failed"], &counts["skipped"]), (&1.into(), &1.into(), &2.into()));
    assert!(project.path("hello").is_file() && !project.path("exit").exists());
}

#[test]
fn a_problem_of_a_module_is_told_once_for_all_targets() {
    let project = Project::new(&["hello.wat", "imports.wat"]);
    let line = ["build", "imports.wat", "--target", "x86_64-linux", "--target", "x86_64-linux:x86-64-v3"];
    let built = project.wasmelt(&line);
    assert_eq!((built.status, built.stderr.matches("error[").count()), (Some(1), 2), "{}", built.stderr);
    assert!(built.stdout.contains("failed: E0105, E0106"), "{}", built.stdout);
}

#[test]
fn a_request_that_is_refused_is_told_in_json_too() {
    let project = Project::new(&["hello.wat"]);
    let line = ["build", "hello.wat", "-o", "./hello.wat", "--message-format", "json"];
    let built = project.wasmelt(&line);
    let messages = messages(&built);
    assert_eq!((built.status, messages.len(), &messages[0]["code"]), (Some(1), 1, &Value::from("E0201")));
}

#[test]
fn executables_of_a_batch_are_those_built_alone() {
    let modules = ["hello.wat", "exit.wat", "functions.wat"];
    for threads in ["-j1", "-j2", "-j7"] {
        let project = Project::new(&modules);
        project.wasmelt(&[&["build", threads, "-o", "batch"], &modules[..]].concat()).succeeded();
        for module in modules {
            project.wasmelt(&["build", module, "-o", "alone"]).succeeded();
            let in_batch = project.path("batch").join(module.trim_end_matches(".wat"));
            assert_eq!(fs::read(in_batch).unwrap(), fs::read(project.path("alone")).unwrap(), "{module} {threads}");
        }
    }
}
