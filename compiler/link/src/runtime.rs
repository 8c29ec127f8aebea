//! The runtimes that are built into this compiler: object files, built by the build script for each target whose Rust
//! standard library it found.

use wasmelt_targets::{Architecture, System, Target};

use crate::MissingRuntime;

/// An object file: its name in the runtime's archive, and its bytes.
type EmbeddedObject = (&'static str, &'static [u8]);

// Defines `X86_64` and `AARCH64: Option<&[EmbeddedObject]>`.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The object files of the runtime of `target`.
pub(crate) fn objects(target: &Target) -> Result<&'static [EmbeddedObject], MissingRuntime> {
    let objects = match (target.system, target.architecture) {
        (System::Linux, Architecture::X86_64) => X86_64,
        (System::Linux, Architecture::Aarch64) => AARCH64,
        (System::MacOs | System::Windows, _) => None,
    };
    objects.ok_or_else(|| MissingRuntime::of(target))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wasmelt_abi::{WASI_PREVIEW_1, symbols};

    use super::*;
    use crate::{
        input::{Binding, Value},
        testing::{parse_all, targets},
    };

    /// A target whose runtime is not embedded has nothing to check; `available` says so to users.
    #[test]
    fn embedded_runtimes_define_all_that_programs_refer_to() {
        let expected: BTreeSet<&str> =
            symbols::RUNTIME.into_iter().chain(WASI_PREVIEW_1.iter().map(|function| function.symbol)).collect();
        for target in targets() {
            let Ok(objects) = objects(&target) else { continue };
            let files: Vec<Vec<u8>> = objects.iter().map(|(_, bytes)| bytes.to_vec()).collect();
            let inputs = parse_all(&files, &target).unwrap();
            let symbols = inputs.iter().flat_map(|input| &input.symbols);
            let defined = symbols.filter(|symbol| symbol.binding != Binding::Local && symbol.value != Value::Undefined);
            let defined: BTreeSet<&str> = defined.map(|symbol| symbol.name).collect();
            let missing: Vec<_> = expected.difference(&defined).collect();
            assert!(missing.is_empty(), "{target}: {missing:?}");
        }
    }

    #[test]
    fn the_build_hosts_own_runtime_is_embedded() {
        if let Some(host) = Architecture::host() {
            assert_eq!(crate::available(&Target::baseline(host)), Ok(()));
        }
    }
}
