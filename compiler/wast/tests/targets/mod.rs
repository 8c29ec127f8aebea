//! Which targets' programs can be run here.

use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::{require_tool, skip};

/// The target, if its programs can be built and run here.
pub(crate) fn target(architecture: Architecture) -> Option<Target> {
    let target = Target::baseline(architecture);
    if Architecture::host() != Some(architecture) {
        let emulators = wasmelt_driver::emulator_names(architecture);
        require_tool(&emulators, "it runs the tests of the other architecture")?;
    }
    wasmelt_driver::is_available(&target).map_err(|missing| skip(&missing.message)).ok()?;
    Some(target)
}
