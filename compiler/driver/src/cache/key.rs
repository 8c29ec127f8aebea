//! What a cached executable depends on, in 32 bytes.

use std::{env, fmt, fs, os::unix::fs::MetadataExt};

use sha2::{Digest, Sha256};
use wasmelt_abi::ABI_VERSION;
use wasmelt_targets::Cpu;

use crate::{BuildOptions, Source};

/// SHA-256 over everything that an executable is a function of. Equal keys mean equal executables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of what `source` becomes with `options`.
    pub fn new(source: &Source, options: &BuildOptions) -> Key {
        // Every field is named, so that a new option cannot be forgotten here.
        let BuildOptions { target, optimization, policy, stack_bytes, strip } = options;
        let mut fields = Fields::default();
        fields.add(compiler_identity().as_bytes());
        fields.add(source.display.as_bytes());
        fields.add(&source.bytes);
        fields.add(target.to_string().as_bytes());
        fields.add(processor_identity(target.cpu).as_bytes());
        fields.add(format!("{optimization:?}").as_bytes());
        fields.add(&policy.to_table());
        fields.add(&stack_bytes.to_le_bytes());
        fields.add(&[u8::from(*strip)]);
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
fn compiler_identity() -> String {
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
