//! Builds the runtime's static library by a cargo of its own.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use wasmelt_targets::{Architecture, Target};

use crate::{Error, toolchain::Toolchain};

/// Builds `runtime/start` for `architecture` and returns the static library's bytes.
pub(crate) fn build(
    toolchain: &Toolchain,
    root: &Path,
    architecture: Architecture,
    out: &Path,
) -> Result<Vec<u8>, Error> {
    let triple = Target::baseline(architecture).rust_triple();
    let package = root.join("runtime/start");
    let target_directory = out.join("runtime");
    let mut command = toolchain.cargo(&package);
    command
        .args(["build", "--release", "--lib", "--target", triple, "--target-dir"])
        .arg(&target_directory)
        .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(architecture, root).join("\u{1f}"));
    if env::var_os("CARGO_FEATURE_UNGATED").is_some() {
        command.args(["--features", "ungated"]);
    }
    if package.join("Cargo.lock").exists() {
        command.arg("--locked");
    }
    let output = command.output()?;
    if !output.status.success() {
        let messages = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the runtime for {triple} does not compile ({:?}):\n{messages}", toolchain.cargo).into());
    }
    Ok(fs::read(static_library(&target_directory.join(triple).join("release"))?)?)
}

/// Addresses are fixed when a program is linked, so that nothing is position-independent. Paths of the build host stay
/// out of the runtime.
fn rust_flags(architecture: Architecture, root: &Path) -> Vec<String> {
    let mut flags = vec!["-Crelocation-model=static".to_owned()];
    if architecture == Architecture::Aarch64 {
        // Out-of-line atomics would ask the C library which instructions the processor has.
        flags.push("-Ctarget-feature=-outline-atomics".to_owned());
    }
    flags.push(format!("--remap-path-prefix={}=wasmelt", root.display()));
    if let Some(home) = cargo_home() {
        flags.push(format!("--remap-path-prefix={}=cargo", home.display()));
    }
    flags
}

fn cargo_home() -> Option<PathBuf> {
    let default = || Some(PathBuf::from(env::var_os("HOME")?).join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(default)
}

/// The only static library in `directory`.
fn static_library(directory: &Path) -> Result<PathBuf, Error> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "a") {
            return Ok(path);
        }
    }
    Err(format!("the runtime's build left no static library in {}", directory.display()).into())
}
