//! Scripts that are right, wrong and unsupported on purpose: what the harness reports of them.
//!
//! Each `harness/NAME.wast` has its report in `harness/NAME.expected`; `BLESS=1` writes the reports anew.

#![allow(clippy::unwrap_used)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::skip;
use wasmelt_wast::{Options, run_file};

#[test]
fn scripts_are_reported_as_expected() {
    let Some(target) = host_target() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness");
    // One script never ends by itself.
    let options = Options { timeout: Duration::from_secs(3), ..Options::new(target) };
    for script in scripts(&folder) {
        let mut report = run_file(&script, &options).unwrap();
        report.path = script.file_name().unwrap().to_string_lossy().into_owned();
        let (expected, actual) = (script.with_extension("expected"), report.to_string());
        if env::var_os("BLESS").is_some() {
            fs::write(&expected, &actual).unwrap();
        }
        assert_eq!(actual, fs::read_to_string(&expected).unwrap_or_default(), "{}", script.display());
    }
}

fn host_target() -> Option<Target> {
    let Some(host) = Architecture::host() else {
        skip("this machine's architecture is none that programs are built for");
        return None;
    };
    let target = Target::baseline(host);
    wasmelt_driver::is_available(&target).map_err(|missing| skip(&missing.message)).ok()?;
    Some(target)
}

fn scripts(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "wast")).collect();
    scripts.sort();
    scripts
}
