//! What executables say that they were made of, and whether that is true.

use std::fs;

use object::{Object, ObjectSection};
use serde_json::Value;

use crate::support::{Finished, Project, targets_to_build};

/// Says that `app` is what its modules become.
fn verified(project: &Project, line: &[&str]) -> Finished {
    let verified = project.wasmelt(&[&["verify", "app", "--wasm"], line].concat()).succeeded();
    assert!(verified.stdout.starts_with("app: verified: "), "{}", verified.stdout);
    verified
}

#[test]
fn executables_are_what_their_modules_become_whatever_the_options() {
    for target in targets_to_build() {
        let project = Project::new(&["hello.wat", "objects.wat", "read.wat"]);
        for (module, options) in [
            ("hello.wat", &[][..]),
            ("hello.wat", &["--strip", "-O", "none", "--bounds", "explicit", "--deterministic"]),
            ("hello.wat", &["--sandbox", "off", "--stack-size", "1M", "--limit", "stack=64K"]),
            ("objects.wat", &["--require-sandbox", "-O", "size", "--bounds", "guard", "--max-gc-heap", "1M"]),
            ("read.wat", &["--dir", ".::/data", "--env", "A=1", "--arg", "x", "--allow-listen=127.0.0.1:80"]),
            ("read.wat", &["--grantable"]),
        ] {
            let build = ["build", module, "-o", "app", "--target", &target.to_string()];
            project.wasmelt(&[&build, options].concat()).succeeded();
            verified(&project, &[module]);
        }
    }
}

#[test]
fn executables_with_libraries_take_all_of_them() {
    let project = Project::new(&["library.wat", "counter.wat", "counting.wat", "hello.wat"]);
    let libraries = ["--module", "counter=counter.wat"];
    project.wasmelt(&[&["build", "counting.wat", "-o", "app"], &libraries[..]].concat()).succeeded();
    verified(&project, &[&["counting.wat"], &libraries[..]].concat());
    let refused = |line: &[&str]| project.wasmelt(&[&["verify", "app", "--wasm", "counting.wat"], line].concat());
    assert!(refused(&[]).failed_with(&["E0210", "E0210"]).stderr.contains("(`counter`)"));
    refused(&["--module", "other=counter.wat"]).failed_with(&["E0210"]);
    refused(&["--module", "counter=hello.wat"]).failed_with(&["E0210"]);
}

#[test]
fn changed_grants_are_part_of_what_is_verified() {
    let project = Project::new(&["read.wat"]);
    project.wasmelt(&["build", "read.wat", "-o", "built", "--dir", ".::/data"]).succeeded();
    project.wasmelt(&["grant", "built", "--deny-write", "--env", "LONG=0123456789", "-o", "app"]).succeeded();
    verified(&project, &["read.wat"]);
    // The same change, but by somebody else.
    let mut bytes = fs::read(project.path("app")).unwrap();
    let at = bytes.windows(10).position(|window| window == b"0123456789").unwrap();
    bytes[at] = b'1';
    fs::write(project.path("app"), bytes).unwrap();
    let refused = project.wasmelt(&["verify", "app", "--wasm", "read.wat"]).failed_with(&["E0210"]);
    assert!(refused.stderr.contains("its grants are not those"), "{}", refused.stderr);
}

#[test]
fn other_modules_and_versions_are_told_apart() {
    let project = Project::new(&["hello.wat", "exit.wat"]);
    project.wasmelt(&["build", "hello.wat", "-o", "app"]).succeeded();
    let refused = project.wasmelt(&["verify", "app", "--wasm", "exit.wat"]).failed_with(&["E0210"]);
    assert!(refused.stderr.contains("it was made of the module "), "{}", refused.stderr);
    let bytes = fs::read(project.path("app")).unwrap();
    let at = bytes.windows(8).position(|window| window == b"wasmelt ").unwrap() + 8;
    let older = [&bytes[..at], b"9.9.9", &bytes[at + 5..]].concat();
    project.write("older", &older);
    let refused = project.wasmelt(&["verify", "older", "--wasm", "hello.wat"]).failed_with(&["E0210"]);
    assert!(refused.stderr.contains("wasmelt 9.9.9 made it"), "{}", refused.stderr);
    project.write("longer", &[&bytes[..], b"more"].concat());
    let refused = project.wasmelt(&["verify", "longer", "--wasm", "hello.wat"]).failed_with(&["E0210"]);
    assert!(refused.stderr.contains("bytes in the place of"), "{}", refused.stderr);
    project.wasmelt(&["verify", "hello.wat", "--wasm", "hello.wat"]).failed_with(&["E0204"]);
}

/// A byte of each section, and bytes all over the file: none can change unnoticed.
#[test]
fn every_changed_byte_is_found() {
    for target in targets_to_build() {
        let project = Project::new(&["hello.wat"]);
        project.wasmelt(&["build", "hello.wat", "-o", "app", "--target", &target.to_string()]).succeeded();
        let bytes = fs::read(project.path("app")).unwrap();
        let refused_with = |at: usize| -> String {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            project.write("changed", &changed);
            let refused = project.wasmelt(&["verify", "changed", "--wasm", "hello.wat"]);
            assert_eq!((refused.status, refused.stdout.as_str()), (Some(1), ""), "byte {at}: {}", refused.stderr);
            refused.stderr
        };
        let file = object::File::parse(&*bytes).unwrap();
        let mut sections = 0;
        for section in file.sections() {
            let Some((start, size)) = section.file_range().filter(|(_, size)| *size > 0) else { continue };
            let name = section.name().unwrap();
            let stderr = refused_with(usize::try_from(start + size / 2).unwrap());
            // What is read before anything is built is refused in other words.
            if ![".wasmelt.origin", ".wasmelt.grants", ".shstrtab", ".rodata.wasmelt"].contains(&name) {
                assert!(stderr.contains(&format!("in {name} 1 byte differs")), "{name}: {stderr}");
            }
            sections += 1;
        }
        assert!(sections > 6, "{sections}");
        (0..bytes.len()).step_by(bytes.len() / 23).for_each(|at| drop(refused_with(at)));
    }
}

#[test]
fn executables_say_what_they_were_made_of() {
    let project = Project::new(&["hello.wat"]);
    project.wasmelt(&["build", "hello.wat", "-o", "app", "-O", "size"]).succeeded();
    let json = |line: &[&str]| -> Value { serde_json::from_str(&project.wasmelt(line).succeeded().stdout).unwrap() };
    let (module, app) = (json(&["inspect", "hello.wat", "--json"]), json(&["inspect", "app", "--json"]));
    assert_eq!(app["origin"]["modules"][0]["sha256"], module["sha256"]);
    assert_eq!(app["origin"]["compiler"], env!("CARGO_PKG_VERSION"));
    assert!(app["origin"]["options"].as_str().unwrap().ends_with("--optimize size"));
    let sections = app["sections"].as_array().unwrap();
    assert!(sections.iter().any(|section| section["name"] == ".text" && section["bytes"].as_u64() > Some(0)));
    assert!(!app["largest-functions"].as_array().unwrap().is_empty());
    let text = project.wasmelt(&["inspect", "app"]).succeeded().stdout;
    assert!(text.contains("built by wasmelt") && text.contains(".wasmelt.origin, not loaded"), "{text}");
}

#[test]
fn modules_say_what_they_ask_for() {
    let project = Project::new(&["read.wat", "counting.wat"]);
    let json: Value =
        serde_json::from_str(&project.wasmelt(&["inspect", "read.wat", "--json"]).succeeded().stdout).unwrap();
    assert_eq!(json["kind"], "command");
    let flags: Vec<&str> = json["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap()).collect();
    assert_eq!(flags, ["--dir HOST::GUEST"]);
    assert!(json["cost"]["functions"].as_u64() > Some(0));
    let text = project.wasmelt(&["inspect", "counting.wat"]).succeeded().stdout;
    assert!(text.contains("--module counter=FILE"), "{text}");
    project.write("broken.wasm", b"\0asm\x01\0\0");
    project.wasmelt(&["inspect", "broken.wasm"]).failed_with(&["E0103"]);
}
