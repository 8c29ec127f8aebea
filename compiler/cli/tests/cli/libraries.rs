//! Several modules in one executable: `--module`.

use crate::support::{Project, targets_to_run};

#[test]
fn a_library_shares_its_state_with_the_command() {
    let project = Project::new(&["counter.wat", "counting.wat"]);
    for target in targets_to_run() {
        let target = target.to_string();
        let run = ["run", "counting.wat", "--module", "counter=counter.wat", "--target", &target];
        let finished = project.wasmelt(&run);
        assert_eq!((finished.status, finished.stderr.as_str()), (Some(12), ""), "{target}");
    }
}

#[test]
fn libraries_import_from_those_before_them() {
    let project = Project::new(&["counter.wat", "counting.wat"]);
    project.write(
        "twice.wat",
        br#"(module (import "base" "increment" (func $increment (result i32)))
        (import "base" "count" (global $count (mut i32))) (import "base" "memory" (memory 1))
        (export "count" (global $count)) (export "memory" (memory 0))
        (func (export "increment") (result i32) (drop (call $increment)) (call $increment)))"#,
    );
    let in_order = ["run", "counting.wat", "--module", "base=counter.wat", "--module", "counter=twice.wat"];
    assert_eq!(project.wasmelt(&in_order).status, Some(13));
    let reversed = ["run", "counting.wat", "--module", "counter=twice.wat", "--module", "base=counter.wat"];
    let finished = project.wasmelt(&reversed).failed_with(&["E0105", "E0105", "E0105"]);
    assert!(
        finished.stderr.contains("twice.wat") && finished.stderr.contains("--module base=FILE"),
        "{}",
        finished.stderr
    );
}

#[test]
fn what_a_library_lacks_or_has_otherwise_is_told() {
    let project = Project::new(&["counting.wat"]);
    project.write("counter.wat", br#"(module (func (export "increment")) (memory (export "memory") 1))"#);
    let finished = project.wasmelt(&["build", "counting.wat", "--module", "counter=counter.wat"]);
    let finished = finished.failed_with(&["E0106", "E0105"]);
    assert!(finished.stderr.contains("the module given as `counter` has no such export"), "{}", finished.stderr);
}

#[test]
fn without_the_library_the_option_is_named() {
    let project = Project::new(&["counting.wat"]);
    let finished = project.wasmelt(&["build", "counting.wat"]).failed_with(&["E0105", "E0105", "E0105"]);
    assert!(finished.stderr.contains("--module counter=FILE"), "{}", finished.stderr);
}

#[test]
fn two_libraries_of_one_name_are_refused() {
    let project = Project::new(&["counter.wat", "counting.wat"]);
    let twice = ["build", "counting.wat", "--module", "counter=counter.wat", "--module", "counter=counter.wat"];
    project.wasmelt(&twice).failed_with(&["E0202"]);
}
