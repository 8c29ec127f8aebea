//! Builds the runtime for every target whose Rust standard library is there, and embeds its object files.
//!
//! ```text
//! toolchain   target triple → a rustc that has its standard library, and the cargo beside it
//! nested      runtime/start → static library, by that cargo
//! members     static library → the object files that programs can need
//! main        → embedded.rs: for each architecture its object files, or `None`
//! ```

mod members;
mod nested;
mod toolchain;

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use toolchain::Toolchain;
use wasmelt_targets::{Architecture, Target};

/// Why there is no runtime for a target whose standard library is there. Bug of the runtime, or of its environment.
type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match embed_runtimes() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.to_string().lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn embed_runtimes() -> Result<(), Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the crate is not in its workspace")?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("not run by cargo")?);
    watch_sources(root);
    let mut embedded = String::new();
    for architecture in Architecture::ALL {
        let triple = Target::baseline(architecture).rust_triple();
        let objects = match Toolchain::find(triple) {
            Some(toolchain) => Some(build_runtime(&toolchain, root, architecture, &out)?),
            None => {
                println!(
                    "cargo::warning=no Rust standard library for {triple}: this wasmelt will not build programs for \
                     {architecture} (`rustup target add {triple}` provides it)"
                );
                None
            }
        };
        declare(&mut embedded, architecture, objects.as_deref())?;
    }
    fs::write(out.join("embedded.rs"), embedded)?;
    Ok(())
}

/// Builds the runtime for `architecture` and leaves its object files in `out`.
fn build_runtime(
    toolchain: &Toolchain,
    root: &Path,
    architecture: Architecture,
    out: &Path,
) -> Result<Vec<Object>, Error> {
    let archive = nested::build(toolchain, root, architecture, out)?;
    let mut objects = Vec::new();
    for (number, member) in members::needed(&archive)?.into_iter().enumerate() {
        let path = out.join(format!("{architecture}-{number}.o"));
        fs::write(&path, member.bytes)?;
        objects.push(Object { name: member.name, path });
    }
    Ok(objects)
}

/// An object file to embed.
struct Object {
    name: String,
    path: PathBuf,
}

/// Appends the declaration of an architecture's object files.
fn declare(embedded: &mut String, architecture: Architecture, objects: Option<&[Object]>) -> Result<(), Error> {
    let name = architecture.name().to_uppercase();
    write!(embedded, "static {name}: Option<&[EmbeddedObject]> = ")?;
    let Some(objects) = objects else {
        writeln!(embedded, "None;")?;
        return Ok(());
    };
    writeln!(embedded, "Some(&[")?;
    for Object { name, path } in objects {
        writeln!(embedded, "    ({name:?}, include_bytes!({path:?})),")?;
    }
    writeln!(embedded, "]);")?;
    Ok(())
}

/// The sources of the runtime, and this script's own; the nested build may not write to what is watched.
fn watch_sources(root: &Path) {
    let parts = ["src", "Cargo.toml", "Cargo.lock"];
    let packages = ["runtime/abi", "runtime/core", "runtime/start"].map(|package| root.join(package));
    let of_runtime = packages.iter().flat_map(|package| parts.map(|part| package.join(part)));
    for path in of_runtime.chain([root.join("Cargo.toml"), root.join("compiler/link/build")]) {
        // A path that does not exist would count as changed in every build.
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
}
