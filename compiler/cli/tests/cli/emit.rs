//! `wasmelt build --emit`: what else modules become.

use std::{fs, os::unix::fs::PermissionsExt};

use object::{Object, ObjectKind, ObjectSymbol};

use crate::support::{Project, targets_to_build};

#[test]
fn objects_have_the_modules_names() {
    for target in targets_to_build() {
        let project = Project::new(&["objects.wat"]);
        let target = target.to_string();
        project.wasmelt(&["build", "objects.wat", "--emit", "obj", "--target", &target]).succeeded();
        assert_eq!(project.files(), ["objects.o", "objects.wat"]);
        let bytes = fs::read(project.path("objects.o")).unwrap();
        let object = object::File::parse(&bytes[..]).unwrap();
        assert_eq!(object.kind(), ObjectKind::Relocatable);
        let is_defined =
            |name: &str| object.symbols().any(|symbol| symbol.is_definition() && symbol.name() == Ok(name));
        for name in ["push", "last", "wasmelt_main"] {
            assert!(is_defined(name), "{name} for {target}");
        }
        let mode = fs::metadata(project.path("objects.o")).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0);
    }
}

#[test]
fn listings_name_functions_and_offsets() {
    for target in targets_to_build() {
        let project = Project::new(&["objects.wat", "hello.wat"]);
        let target = target.to_string();
        for (what, extension, words) in [
            ("clif", "clif", ["; function `push`", "block0", "wasm 0x"]),
            ("asm", "s", ["; function `push`", "block0:", "; code 0x"]),
        ] {
            let line = ["build", "objects.wat", "hello.wat", "--emit", what, "--target", &target, "-o", "out"];
            project.wasmelt(&line).succeeded();
            let path = project.path(&format!("out/objects.{extension}"));
            let text = fs::read_to_string(&path).unwrap();
            for word in words {
                assert!(text.contains(word), "{word} is not in:\n{text}");
            }
            if what == "asm" {
                offsets_lie_in_their_functions(&text);
            }
            project.wasmelt(&[&line[..], &["-j1"]].concat()).succeeded();
            assert_eq!(fs::read_to_string(path).unwrap(), text, "threads make a difference");
        }
    }
}

fn offsets_lie_in_their_functions(listing: &str) {
    let number = |text: &str| usize::from_str_radix(text.trim_start_matches("0x"), 16).unwrap();
    let mut range = 0..0;
    for line in listing.lines() {
        if let Some((_, wasm)) = line.split_once(", wasm ") {
            let (start, end) = wasm.split_once(" to ").unwrap();
            range = number(start)..number(end);
        } else if let Some((_, place)) = line.split_once(" is wasm ") {
            assert!(range.contains(&number(place)), "{line} is not in {range:x?}");
        }
    }
    assert!(!range.is_empty());
}
