//! `wasmelt wast` runs scripts and reports on them.

use crate::support::{Project, targets_to_run};

#[test]
fn failed_assertions_are_named_with_their_line() {
    for target in targets_to_run() {
        let project = Project::new(&["failing.wast"]);
        let ran = project.wasmelt(&["wast", "failing.wast", "--target", &target.to_string()]);
        assert_eq!(ran.status, Some(1), "{target}: {}", ran.stderr);
        assert!(ran.stdout.contains("failing.wast:6:"), "{target}: {}", ran.stdout);
        assert!(ran.stdout.contains("3 passed, 1 failed, 0 skipped"), "{target}: {}", ran.stdout);
    }
}

#[test]
fn passing_scripts_exit_with_0() {
    let project = Project::new(&[]);
    project.write("good.wast", br#"(module (func (export "f"))) (assert_return (invoke "f"))"#);
    project.wasmelt(&["wast", "."]).succeeded();
}

#[test]
fn the_report_is_json_on_demand() {
    let project = Project::new(&["failing.wast"]);
    let ran = project.wasmelt(&["wast", "failing.wast", "--json"]);
    assert_eq!(ran.status, Some(1));
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&report["files"][0]["passed"], &report["files"][0]["failures"][0]["line"]), (&3.into(), &6.into()));
}

#[test]
fn missing_scripts_are_reported() {
    Project::new(&[]).wasmelt(&["wast", "absent.wast"]).failed_with(&["E0301"]);
}
