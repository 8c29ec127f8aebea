//! Deterministic programs: what the specification leaves open has one result, the same on both targets and in every mode.

#![allow(clippy::unwrap_used)]

use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::{require_tool, skip};
use wasmelt_wast::{Bounds, Determinism, Options, run_texts};

#[test]
fn results_are_the_same_everywhere() {
    let script = include_str!("deterministic.wast");
    for target in Architecture::ALL.into_iter().map(Target::baseline).filter(runs) {
        for bounds in [Bounds::Auto, Bounds::Explicit] {
            let options = Options { bounds, determinism: Determinism::Deterministic, ..Options::new(target) };
            let report = run_texts(&[("deterministic.wast".to_owned(), script)], &options).unwrap();
            assert_eq!((report.failed(), report.skipped()), (0, 0), "{report}");
        }
    }
}

/// Whether programs for `target` can be built and run here.
fn runs(target: &Target) -> bool {
    let built = wasmelt_driver::is_available(target).map_err(|missing| skip(&missing.message)).is_ok();
    let emulators = wasmelt_driver::emulator_names(target.architecture);
    built
        && (Architecture::host() == Some(target.architecture)
            || require_tool(&emulators, "it runs the tests of the other architecture").is_some())
}
