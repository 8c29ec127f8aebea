//! Scripts of our own: what the specification's do not reach, on both targets. Every file in `scripts` has to pass whole.

mod targets;

use std::path::Path;

use targets::target;
use wasmelt_targets::Architecture;
use wasmelt_wast::{Options, run_paths};

#[test]
fn scripts_on_x86_64() {
    run(Architecture::X86_64);
}

#[test]
fn scripts_on_aarch64() {
    run(Architecture::Aarch64);
}

fn run(architecture: Architecture) {
    let Some(target) = target(architecture) else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let report = run_paths(&[folder], &Options::new(target)).expect("the folder and the emulator are there");
    assert!(report.passed() > 0, "no scripts");
    assert_eq!((report.failed(), report.skipped()), (0, 0), "{report}");
}
