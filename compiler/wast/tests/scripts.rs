//! Scripts of our own, in `scripts`, for what the specification's do not ask: all of their directives pass.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::{require_tool, skip};
use wasmelt_wast::{Options, run_paths};

#[test]
fn own_scripts_on_x86_64() {
    run(Architecture::X86_64);
}

#[test]
fn own_scripts_on_aarch64() {
    run(Architecture::Aarch64);
}

fn run(architecture: Architecture) {
    let Some(target) = target(architecture) else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let report = run_paths(&[folder], &Options::new(target)).unwrap();
    assert_eq!((report.failed(), report.skipped()), (0, 0), "{report}");
}

/// The target, if its programs can be built and run here.
fn target(architecture: Architecture) -> Option<Target> {
    let target = Target::baseline(architecture);
    if Architecture::host() != Some(architecture) {
        let emulators = wasmelt_driver::emulator_names(architecture);
        require_tool(&emulators, "it runs the tests of the other architecture")?;
    }
    wasmelt_driver::is_available(&target).map_err(|missing| skip(&missing.message)).ok()?;
    Some(target)
}
