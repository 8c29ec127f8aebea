//! Comparing start-up times. In a process of its own: while it starts one program after another, no other journey should write
//! an executable, which a child that is just being started would keep from being executed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod steps;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use eframe::egui::Vec2;
use egui_kittest::{Harness, kittest::Queryable};
use wasmelt_workbench::Workbench;
use wasmelt_workbench_model::{State, pages::targets::Cell};

use steps::{click, type_into, wait_for};

/// An engine that runs every module as if it wrote one line; and one that cannot.
fn engines(folder: &Path) {
    for (name, script) in [("wasm3", "#!/bin/sh\necho mark\n"), ("iwasm", "#!/bin/sh\necho broken >&2\nexit 1\n")] {
        let path = folder.join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn compare_with_two_rivals() {
    let folder = tempfile::tempdir().unwrap();
    engines(folder.path());
    let state = State::new(folder.path().to_owned(), Cell::all());
    let builder = Harness::builder().with_size(Vec2::new(1100.0, 1400.0));
    let mut harness = builder.build_eframe(|creation| Workbench::new(&creation.egui_ctx, state));
    click(&mut harness, "Compare");
    harness.get_by_label_contains("Open a module to measure");
    click(&mut harness, "Module");
    click(&mut harness, "Sample: Hello");
    click(&mut harness, "Compare");
    wait_for(&mut harness, "Samples appear as they are taken");

    type_into(&mut harness, "Native program", "/bin/true");
    type_into(&mut harness, "Engines in", &folder.path().display().to_string());
    click(&mut harness, "Start");
    // While samples arrive there is a row for each candidate already.
    wait_for(&mut harness, "of 105 rounds");
    wait_for(&mut harness, "wasm3");
    click(&mut harness, "Cumulative");
    wait_for(&mut harness, "Reports to");

    for name in ["floor", "wasmelt", "wasmelt, sandbox off", "native", "wasm3"] {
        assert!(harness.query_all_by_label(name).next().is_some(), "{name}");
    }
    harness.get_by_label_contains("iwasm (exit status: 1: broken)");
    harness.get_by_label_contains("docker (not in these folders)");

    for (button, extension, begin) in [
        ("Save CSV", "csv", "candidate,round,"),
        ("Save JSON", "json", "{"),
        ("Save HTML", "html", "<!doctype html>"),
        ("Save SVG", "svg", "<svg xmlns"),
    ] {
        let file = folder.path().join("hello-startup").with_extension(extension);
        click(&mut harness, button);
        wait_for(&mut harness, &format!("Saved {}", file.display()));
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with(begin), "{extension}");
        assert!(text.contains("wasm3"), "{extension}");
    }
    a_measurement_can_be_stopped();
}

/// Not a test of its own: two of them would start programs at the same time.
fn a_measurement_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = State::new(folder.path().to_owned(), Cell::all());
    state.compare.settings.rounds = 5000;
    let builder = Harness::builder().with_size(Vec2::new(700.0, 900.0));
    let mut harness = builder.build_eframe(|creation| Workbench::new(&creation.egui_ctx, state));
    click(&mut harness, "Sample: Hello");
    click(&mut harness, "Compare");
    wait_for(&mut harness, "Samples appear as they are taken");
    type_into(&mut harness, "Engines in", "/nonexistent");
    click(&mut harness, "Start");
    wait_for(&mut harness, "of 5005 rounds");
    click(&mut harness, "Stop");
    wait_for(&mut harness, "Reports to");
    assert!(harness.query_all_by_label_contains("5000 rounds in turn").next().is_none());
}
