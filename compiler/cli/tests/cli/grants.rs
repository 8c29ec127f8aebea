//! What is not granted is denied.

use crate::support::{Finished, Project};

/// `EBADF` of WASI: there is no such descriptor.
const BAD_DESCRIPTOR: Option<i32> = Some(8);

#[track_caller]
fn check_output(fixture: &str, line: &[&str], expected: &str) {
    let project = Project::new(&[fixture]);
    let mut command = project.command(&[&["run", fixture], line].concat());
    let ran = Finished::of(command.env("WASMELT_TEST_VARIABLE", "from outside")).succeeded();
    assert_eq!(ran.stdout, expected);
}

#[test]
fn arguments_are_the_programs_name_alone() {
    check_output("arguments.wat", &[], "arguments.wat\0");
}

#[test]
fn fixed_arguments_come_before_those_of_the_command_line() {
    check_output("arguments.wat", &["--arg", "-v"], "arguments.wat\0-v\0");
    check_output("arguments.wat", &["--", "a", "b c"], "arguments.wat\0a\0b c\0");
    check_output("arguments.wat", &["--arg", "first", "--", "second"], "arguments.wat\0first\0second\0");
}

#[test]
fn built_programs_see_their_arguments_only_if_allowed() {
    let project = Project::new(&["arguments.wat"]);
    for (options, expected) in [(&[][..], "arguments.wat\0"), (&["--allow-args"], "arguments.wat\0x\0")] {
        project.wasmelt(&[&["build", "arguments.wat", "-o", "app"], options].concat()).succeeded();
        let ran = Finished::of(project.other_command(project.path("app")).arg("x")).succeeded();
        assert_eq!(ran.stdout, expected);
    }
}

#[test]
fn the_environment_is_empty() {
    check_output("environment.wat", &[], "");
}

#[test]
fn variables_have_the_granted_or_the_inherited_value() {
    let options = ["--env", "FIXED=1", "--env", "WASMELT_TEST_VARIABLE", "--env", "WASMELT_TEST_NO_SUCH_VARIABLE"];
    check_output("environment.wat", &options, "FIXED=1\0WASMELT_TEST_VARIABLE=from outside\0");
    check_output("environment.wat", &["--env", "WASMELT_TEST_VARIABLE=x"], "WASMELT_TEST_VARIABLE=x\0");
}

#[test]
fn no_directory_can_be_reached() {
    let project = Project::new(&["read.wat"]);
    project.write("data.txt", b"secret");
    let ran = project.wasmelt(&["run", "read.wat"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (BAD_DESCRIPTOR, ""));
}

#[test]
fn granted_directories_can_be_read() {
    let project = Project::new(&["read.wat"]);
    project.write("data.txt", b"contents");
    for grant in [".", ".::/data", ".::/data:ro"] {
        assert_eq!(project.wasmelt(&["run", "read.wat", "--dir", grant]).succeeded().stdout, "contents");
    }
}

#[test]
fn directories_granted_for_reading_cannot_be_written() {
    let project = Project::new(&["create.wat"]);
    assert_ne!(project.wasmelt(&["run", "create.wat", "--dir", ".:ro"]).status, Some(0));
    assert_eq!(project.files(), ["create.wat"]);
    project.wasmelt(&["run", "create.wat", "--dir", "."]).succeeded();
    assert_eq!(project.files(), ["create.wat", "new.txt"]);
}
