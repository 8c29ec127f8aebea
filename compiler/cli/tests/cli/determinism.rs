//! Equal modules and options give equal bytes.

use std::fs;

use crate::support::{Finished, Project, targets_to_build};

#[test]
fn threads_directories_and_repetition_make_no_difference() {
    for target in targets_to_build() {
        let (one, other) = (Project::new(&["functions.wat"]), Project::new(&["functions.wat"]));
        let builds = [(&one, "1"), (&one, "4"), (&one, "4"), (&other, "2")];
        let executables = builds.map(|(project, threads)| {
            let mut command = project.command(&["build", "functions.wat", "--target", &target.to_string()]);
            Finished::of(command.env("RAYON_NUM_THREADS", threads)).succeeded();
            fs::read(project.path("functions")).unwrap()
        });
        assert!(executables.iter().all(|executable| *executable == executables[0]), "{target}");
    }
}

#[test]
fn the_path_of_the_module_makes_no_difference() {
    let project = Project::new(&["functions.wat"]);
    project.wasmelt(&["build", "functions.wat", "-o", "one"]).succeeded();
    project.wasmelt(&["build", project.path("functions.wat").to_str().unwrap(), "-o", "two"]).succeeded();
    assert_eq!(fs::read(project.path("one")).unwrap(), fs::read(project.path("two")).unwrap());
}
