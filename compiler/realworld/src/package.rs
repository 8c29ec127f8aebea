//! Where the sources of a registry package lie.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde::Deserialize;

use crate::BuildError;

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
}

/// The directory of the locked version of package `name`.
///
/// # Errors
///
/// If Cargo cannot be asked, or does not know the package.
pub(crate) fn directory(name: &str) -> Result<PathBuf, BuildError> {
    static METADATA: OnceLock<Result<Metadata, BuildError>> = OnceLock::new();
    let metadata = METADATA.get_or_init(ask_cargo).as_ref().map_err(Clone::clone)?;
    let package = metadata.packages.iter().find(|package| package.name == name);
    let directory = package.and_then(|package| package.manifest_path.parent()).map(Path::to_owned);
    directory.ok_or_else(|| BuildError::Failed(format!("Cargo knows no package `{name}`")))
}

/// Asks Cargo, which fetches what is not there yet: also packages that are not compiled for this machine.
fn ask_cargo() -> Result<Metadata, BuildError> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["metadata", "--format-version", "1", "--locked", "--manifest-path"]);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    let output = command.output().map_err(|error| BuildError::Failed(format!("cannot run Cargo: {error}")))?;
    if !output.status.success() {
        return Err(BuildError::Failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| BuildError::Failed(format!("Cargo's metadata: {error}")))
}
