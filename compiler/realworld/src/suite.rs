//! Suites of finished programs, which lie beside the checkout.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The folder of a suite: where the environment variable `variable` points, else `folder` in `shared` beside the checkout,
/// if it is there.
pub fn find_suite(variable: &str, folder: &str) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Some(path.into());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(folder);
    path.is_dir().then_some(path)
}
