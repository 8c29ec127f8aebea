//! `wasmelt targets` and `--target`.

use wasmelt_targets::{CpuLevel, Target};

use crate::support::{Project, targets_to_build};

#[test]
fn every_platform_and_level_is_listed() {
    let listing = Project::new(&[]).wasmelt(&["targets"]).succeeded().stdout;
    for target in Target::platforms() {
        assert!(listing.contains(target.platform()));
    }
    for level in CpuLevel::all() {
        let is_baseline = level == CpuLevel::baseline(level.architecture);
        let listed = listing.lines().find(|line| line.split_whitespace().any(|word| word == level.name)).unwrap();
        assert_eq!(listed.starts_with('*'), is_baseline, "{listed}");
    }
}

#[test]
fn several_targets_are_built_in_one_run() {
    let targets = targets_to_build();
    let project = Project::new(&["hello.wat"]);
    let mut line = vec!["build", "hello.wat", "-o", "out"];
    let names: Vec<String> = targets.iter().map(Target::to_string).collect();
    names.iter().for_each(|name| line.extend(["--target", name.as_str()]));
    let built = project.wasmelt(&line).succeeded();
    if targets.len() > 1 {
        let heading = built.stdout.lines().next().unwrap();
        assert!(names.iter().all(|name| heading.contains(name)), "{}", built.stdout);
        for target in &targets {
            assert!(project.path(&format!("out/hello-{}", target.platform())).is_file());
        }
    }
}

#[test]
fn every_level_can_be_built_for() {
    let project = Project::new(&["functions.wat"]);
    for target in targets_to_build() {
        for level in CpuLevel::of(target.architecture) {
            let name = format!("{}:{}", target.platform(), level.name);
            project.wasmelt(&["build", "functions.wat", "--target", &name]).succeeded();
        }
    }
}
