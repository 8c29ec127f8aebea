//! The runtimes that are built into this compiler: object files, built by the build script for each target whose Rust
//! standard library it found.

use wasmelt_targets::{Architecture, Target};

use crate::MissingRuntime;

/// An object file: its name in the runtime's archive, and its bytes.
type EmbeddedObject = (&'static str, &'static [u8]);

// Defines `X86_64` and `AARCH64: Option<&[EmbeddedObject]>`.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The object files of the runtime of `target`.
pub(crate) fn objects(target: &Target) -> Result<&'static [EmbeddedObject], MissingRuntime> {
    let objects = match target.architecture {
        Architecture::X86_64 => X86_64,
        Architecture::Aarch64 => AARCH64,
    };
    objects.ok_or_else(|| MissingRuntime::of(target))
}
