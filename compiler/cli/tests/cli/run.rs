//! `wasmelt run` becomes the program.

use std::{fs, path::PathBuf};

use wasmelt_targets::Target;

use crate::support::{Finished, Project, targets_to_run};

#[test]
fn programs_run_on_every_target() {
    for target in targets_to_run() {
        let project = Project::new(&["hello.wat"]);
        let ran = project.wasmelt(&["run", "hello.wat", "--target", &target.to_string()]).succeeded();
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("hello\n", ""), "{target}");
        assert_eq!(project.files(), ["hello.wat"]);
    }
}

#[test]
fn exit_codes_pass_through() {
    for target in targets_to_run() {
        let project = Project::new(&["exit.wat"]);
        assert_eq!(project.wasmelt(&["run", "exit.wat", "--target", &target.to_string()]).status, Some(7), "{target}");
    }
}

#[test]
fn traps_name_kind_function_and_offset() {
    for target in targets_to_run() {
        let project = Project::new(&["trap.wat"]);
        let ran = project.wasmelt(&["run", "trap.wat", "--target", &target.to_string()]);
        assert_eq!(ran.status, Some(134), "{target}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{target}: {}", ran.stderr);
        for word in ["integer divide by zero", "divide", "0x"] {
            assert!(ran.stderr.contains(word), "{target}: {}", ran.stderr);
        }
    }
}

#[test]
fn uncaught_exceptions_name_where_they_were_thrown() {
    for target in targets_to_run() {
        let project = Project::new(&["throw.wat"]);
        let ran = project.wasmelt(&["run", "throw.wat", "--target", &target.to_string()]);
        assert_eq!(ran.status, Some(134), "{target}: {}", ran.stderr);
        let expected = "wasmelt: trap: uncaught exception in function \"thrower\" (index 0) at wasm offset 0x";
        assert!(ran.stderr.starts_with(expected), "{target}: {}", ran.stderr);
    }
}

fn entries(project: &Project) -> Vec<PathBuf> {
    let directories = fs::read_dir(project.cache().join("executables")).unwrap();
    directories
        .flat_map(|entry| fs::read_dir(entry.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect()
}

#[test]
fn what_was_built_before_is_not_built_again() {
    let project = Project::new(&["hello.wat"]);
    project.wasmelt(&["run", "hello.wat"]).succeeded();
    let [entry] = &entries(&project)[..] else { panic!("one entry") };
    let written = fs::metadata(entry).unwrap().modified().unwrap();
    project.wasmelt(&["run", "hello.wat"]).succeeded();
    assert_eq!(fs::metadata(entry).unwrap().modified().unwrap(), written);
    assert_eq!(entries(&project).len(), 1);
}

#[test]
fn other_options_are_other_entries() {
    let project = Project::new(&["hello.wat"]);
    for options in [&[][..], &["-O", "none"], &["--strip"], &["--env", "A=1"], &["--stack-size", "1M"]] {
        project.wasmelt(&[&["run", "hello.wat"], options].concat()).succeeded();
    }
    assert_eq!(entries(&project).len(), 5);
}

#[test]
fn damaged_entries_are_built_again() {
    let project = Project::new(&["hello.wat"]);
    project.wasmelt(&["run", "hello.wat"]).succeeded();
    let [entry] = &entries(&project)[..] else { panic!("one entry") };
    let whole = fs::read(entry).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"#!/bin/false\n"] {
        fs::write(entry, damaged).unwrap();
        assert_eq!(project.wasmelt(&["run", "hello.wat"]).succeeded().stdout, "hello\n");
        assert_eq!(fs::read(entry).unwrap(), whole);
    }
}

#[test]
fn a_missing_emulator_is_named() {
    let foreign = |target: &Target| Some(target.architecture) != wasmelt_targets::Architecture::host();
    for target in targets_to_run().into_iter().filter(foreign) {
        let project = Project::new(&["hello.wat"]);
        let mut command = project.command(&["run", "hello.wat", "--target", &target.to_string()]);
        let ran = Finished::of(command.env("PATH", "/nowhere")).failed_with(&["E0304"]);
        assert!(ran.stderr.contains("qemu-user-static"), "{}", ran.stderr);
    }
}

#[test]
fn a_cache_without_a_place_is_reported() {
    let project = Project::new(&["hello.wat"]);
    let mut command = project.command(&["run", "hello.wat"]);
    command.env_remove("WASMELT_CACHE_DIR").env_remove("XDG_CACHE_HOME").env_remove("HOME");
    Finished::of(&mut command).failed_with(&["E0306"]);
}
