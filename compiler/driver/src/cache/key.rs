//! What a cached executable depends on, in 32 bytes.

use std::{env, fmt, fs, os::unix::fs::MetadataExt};

use sha2::{Digest, Sha256};
use wasmelt_abi::ABI_VERSION;
use wasmelt_targets::Cpu;

use crate::{BuildOptions, Library, Source};

/// SHA-256 over everything that an executable is a function of. Equal keys mean equal executables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of what `source` becomes with `options`.
    pub fn new(source: &Source, options: &BuildOptions) -> Key {
        // Every field is named, so that a new option cannot be forgotten here.
        let BuildOptions {
            target,
            emit,
            optimization,
            bounds,
            determinism,
            policy,
            grantable,
            stack_bytes,
            max_gc_heap_bytes,
            strip,
            sandbox,
            libraries,
        } = options;
        let mut fields = Fields::default();
        fields.add(compiler_identity().as_bytes());
        fields.add(source.file_name.as_bytes());
        fields.add(&source.bytes);
        fields.add(target.to_string().as_bytes());
        fields.add(processor_identity(target.cpu).as_bytes());
        fields.add(format!("{emit:?}").as_bytes());
        fields.add(format!("{optimization:?}").as_bytes());
        fields.add(format!("{bounds:?} {determinism:?}").as_bytes());
        fields.add(&policy.to_table());
        fields.add(&stack_bytes.to_le_bytes());
        fields.add(&max_gc_heap_bytes.to_le_bytes());
        fields.add(&[u8::from(*strip), u8::from(*grantable)]);
        fields.add(format!("{sandbox:?}").as_bytes());
        for Library { name, source } in libraries {
            fields.add(name.as_bytes());
            fields.add(source.file_name.as_bytes());
            fields.add(&source.bytes);
        }
        Key(fields.0.finalize().into())
    }

    #[cfg(test)]
    pub(crate) const fn from_digest(digest: [u8; 32]) -> Key {
        Key(digest)
    }
}

impl fmt::Display for Key {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A hash over fields, each preceded by its length, so that no two sequences of fields look the same.
#[derive(Default)]
struct Fields(Sha256);

impl Fields {
    fn add(&mut self, field: &[u8]) {
        let length = u64::try_from(field.len()).expect("invariant: no field has 2⁶⁴ bytes");
        self.0.update(length.to_le_bytes());
        self.0.update(field);
    }
}

/// The version, and what tells one build of that version from another: the size and age of the compiler's own file.
pub(super) fn compiler_identity() -> String {
    let file = env::current_exe().and_then(fs::metadata);
    let build = file.map_or(String::new(), |file| format!("{} {}.{}", file.len(), file.mtime(), file.mtime_nsec()));
    format!("wasmelt {} abi {ABI_VERSION} build {build}", env!("CARGO_PKG_VERSION"))
}

/// What `native` means here: the kernel's list of the processor's features. Named levels mean the same everywhere.
fn processor_identity(cpu: Cpu) -> String {
    let Cpu::Native = cpu else { return String::new() };
    let description = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let features = description.lines().find(|line| line.starts_with("flags") || line.starts_with("Features"));
    features.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use wasmelt_codegen::{Bounds, Determinism, Optimization};
    use wasmelt_targets::{Architecture, Target};

    use super::*;

    #[test]
    fn every_input_makes_a_difference() {
        let source = Source::from_bytes("a.wat", *b"(module)");
        let options = BuildOptions::new(Target::baseline(Architecture::X86_64));
        let library = |name: &str| Library { name: name.to_owned(), source: source.clone() };
        let mut policy = options.policy.clone();
        policy.arguments.inherit = true;
        let keys = [
            Key::new(&source, &options),
            Key::new(&Source::from_bytes("b.wat", *b"(module)"), &options),
            Key::new(&Source::from_bytes("a.wat", *b"(module )"), &options),
            Key::new(&source, &BuildOptions::new(Target::baseline(Architecture::Aarch64))),
            Key::new(&source, &BuildOptions { emit: crate::Emit::Object, ..options.clone() }),
            Key::new(&source, &BuildOptions { optimization: Optimization::None, ..options.clone() }),
            Key::new(&source, &BuildOptions { bounds: Bounds::Explicit, ..options.clone() }),
            Key::new(&source, &BuildOptions { determinism: Determinism::Deterministic, ..options.clone() }),
            Key::new(&source, &BuildOptions { policy, ..options.clone() }),
            Key::new(&source, &BuildOptions { stack_bytes: 1 << 20, ..options.clone() }),
            Key::new(&source, &BuildOptions { max_gc_heap_bytes: 1 << 20, ..options.clone() }),
            Key::new(&source, &BuildOptions { grantable: true, ..options.clone() }),
            Key::new(&source, &BuildOptions { strip: true, ..options.clone() }),
            Key::new(&source, &BuildOptions { sandbox: wasmelt_object::Sandbox::Off, ..options.clone() }),
            Key::new(&source, &BuildOptions { libraries: vec![library("x")], ..options.clone() }),
            Key::new(&source, &BuildOptions { libraries: vec![library("y")], ..options.clone() }),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "key {index}");
        }
        assert_eq!(keys[0], Key::new(&source, &options));
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let digest = |parts: [&str; 2]| {
            let mut fields = Fields::default();
            parts.iter().for_each(|part| fields.add(part.as_bytes()));
            fields.0.finalize()
        };
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
    }
}
