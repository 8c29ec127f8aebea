//! `wasmelt bench`. What times are is not tested: speed belongs in `benches/`.

use crate::support::{Finished, Project};

/// So few rounds that it is quick, and warned of.
const LINE: [&str; 7] = ["bench", "startup", "hello.wat", "--rounds", "2", "--warm-up", "0"];

fn bench(project: &Project, options: &[&str]) -> String {
    project.wasmelt(&[&LINE, options].concat()).succeeded().stdout
}

#[test]
fn the_table_has_every_candidate_and_names_what_is_missing() {
    let project = Project::new(&["hello.wat"]);
    // Nothing is found on an empty path.
    let mut command = project.command(&LINE);
    let text = Finished::of(command.env("PATH", "")).succeeded().stdout;
    for name in ["floor ", "wasmelt, sandbox off ", "wasmelt "] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{text}");
    }
    for line in ["Not measured: runc (not on the PATH)", "Warning: 2 rounds are too few to conclude"] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn samples_come_as_json_and_csv() {
    let project = Project::new(&["hello.wat"]);
    let json: serde_json::Value = serde_json::from_str(&bench(&project, &["--json"])).unwrap();
    let floor = &json["entries"][0];
    assert_eq!(floor["name"], "floor");
    assert_eq!(floor["total"]["samples_ns"].as_array().unwrap().len(), 2);
    assert!(floor["first_instruction"]["summary"]["median_ns"].as_u64().unwrap() > 0);
    let csv = bench(&project, &["--csv", "--cold", "--no-pin"]);
    assert_eq!(csv.lines().filter(|line| line.starts_with("\"floor\",")).count(), 2, "{csv}");
}

#[test]
fn the_report_with_plots_needs_no_other_file() {
    let project = Project::new(&["hello.wat"]);
    bench(&project, &["--html", "report.html"]);
    let html = std::fs::read_to_string(project.path("report.html")).unwrap();
    assert_eq!(html.matches("<svg").count(), 2);
    assert_eq!(html.matches("</svg>").count(), 2);
    // The name of the namespace of plots is no file.
    let html = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assert!(!html.contains("http") && !html.contains("<script"), "{html}");
}

#[test]
fn a_module_that_cannot_be_built_is_reported_as_for_build() {
    let project = Project::new(&["imports.wat", "invalid.wat"]);
    for file in ["imports.wat", "invalid.wat"] {
        let built = project.wasmelt(&["build", file]);
        let measured = project.wasmelt(&["bench", "startup", file]);
        assert_eq!((measured.status, measured.stderr), (built.status, built.stderr));
    }
}
