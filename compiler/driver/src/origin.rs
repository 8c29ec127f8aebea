//! What an executable says that it was made of: a section of text that is not loaded.
//!
//! ```text
//! wasmelt 0.1.0                                    the compiler's version
//! options --target x86_64-linux --strip            as `wasmelt build` has them; the target, and what is not as by default
//! module 9f86d08188…0f00a08 env                    SHA-256 of a library, and its name
//! module 60303ae22b…7a1ccd6                        SHA-256 of the module
//! grants 2c26b46b68ffc68f                          the first digits of the SHA-256 of the grants table
//! ```
//!
//! Invariant: equal modules and options give equal text; no time, path or number of threads is in it.

use std::str::FromStr;

use sha2::{Digest, Sha256};
use wasmelt_codegen::{Bounds, Determinism, Optimization};
use wasmelt_object::Sandbox;
use wasmelt_targets::Target;

use crate::{BuildOptions, analysis::hexadecimal};

/// The version of this compiler.
pub const COMPILER_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Bytes of the digest of grants.
const GRANTS_DIGEST_BYTES: usize = 8;

/// What an executable was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The version of the compiler.
    pub compiler: String,
    /// The target and the options that are not as by default, as flags of `wasmelt build`; grants are not among them.
    pub options: String,
    /// The modules, in order of instantiation; the last one is the program's.
    pub modules: Vec<OriginModule>,
    /// The first digits of the SHA-256 of the grants table.
    grants: String,
}

/// A module that an executable was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginModule {
    /// The name by which others import from it, control characters escaped; `None` for the program's.
    pub name: Option<String>,
    /// SHA-256 of the binary module, in hexadecimal digits.
    pub sha256: String,
}

impl OriginModule {
    /// The module in `binary`.
    pub(crate) fn of(name: Option<&str>, binary: &[u8]) -> OriginModule {
        let name = name.map(|name| name.escape_debug().to_string());
        OriginModule { name, sha256: hexadecimal(&Sha256::digest(binary)) }
    }
}

impl Origin {
    /// The origin of what this compiler makes of `modules`, with grants of which `table` is the table.
    pub(crate) fn new(options: &BuildOptions, modules: Vec<OriginModule>, table: &[u8]) -> Origin {
        Origin { compiler: COMPILER_VERSION.to_owned(), options: flags(options), modules, grants: grants_digest(table) }
    }

    /// The text.
    pub(crate) fn to_text(&self) -> String {
        let modules = self.modules.iter().map(|OriginModule { name, sha256 }| match name {
            Some(name) => format!("module {sha256} {name}\n"),
            None => format!("module {sha256}\n"),
        });
        let modules: String = modules.collect();
        format!("wasmelt {}\noptions {}\n{modules}grants {}\n", self.compiler, self.options, self.grants)
    }

    /// The origin that `text` says; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Origin> {
        let mut lines = text.lines();
        let mut line = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ');
        let (compiler, options) = (line("wasmelt")?.to_owned(), line("options")?.to_owned());
        let (mut modules, mut grants) = (Vec::new(), None);
        for rest in lines {
            match (rest.split_once(' ')?, &grants) {
                (("module", module), None) => modules.push(match module.split_once(' ') {
                    Some((sha256, name)) => OriginModule { name: Some(name.to_owned()), sha256: sha256.to_owned() },
                    None => OriginModule { name: None, sha256: module.to_owned() },
                }),
                (("grants", digest), None) => grants = Some(digest.to_owned()),
                _ => return None,
            }
        }
        let is_command = modules.last().is_some_and(|module| module.name.is_none());
        let origin = Origin { compiler, options, modules, grants: grants? };
        // What is written in another way would not have its place when it is written again.
        (is_command && origin.to_text() == text).then_some(origin)
    }

    /// The same with the grants of `table`. Its text has as many bytes.
    pub(crate) fn with_grants(&self, table: &[u8]) -> Origin {
        Origin { grants: grants_digest(table), ..self.clone() }
    }

    /// Whether `table` is the grants table that was written last, by the compiler or by `wasmelt grant`.
    pub(crate) fn has_grants(&self, table: &[u8]) -> bool {
        self.grants == grants_digest(table)
    }

    /// The options, without policy and libraries; `None` if they are not ones of this compiler.
    pub(crate) fn to_options(&self) -> Option<BuildOptions> {
        let mut words = self.options.split(' ');
        let ("--target", target) = (words.next()?, words.next()?) else { return None };
        let mut options = BuildOptions::new(target.parse::<Target>().ok()?);
        while let Some(flag) = words.next() {
            match flag {
                "--optimize" => options.optimization = find(&OPTIMIZATIONS, words.next()?)?,
                "--bounds" => options.bounds = find(&BOUNDS, words.next()?)?,
                "--deterministic" => options.determinism = Determinism::Deterministic,
                "--grantable" => options.grantable = true,
                "--strip" => options.strip = true,
                "--stack-size" => options.stack_bytes = number(words.next()?)?,
                "--max-gc-heap" => options.max_gc_heap_bytes = number(words.next()?)?,
                "--sandbox" if words.next()? == "off" => options.sandbox = Sandbox::Off,
                "--require-sandbox" => options.sandbox = Sandbox::Required,
                _ => return None,
            }
        }
        Some(options)
    }
}

const OPTIMIZATIONS: [(Optimization, &str); 3] =
    [(Optimization::Speed, "speed"), (Optimization::Size, "size"), (Optimization::None, "none")];
const BOUNDS: [(Bounds, &str); 3] = [(Bounds::Auto, "auto"), (Bounds::Guard, "guard"), (Bounds::Explicit, "explicit")];

/// The target, and what is not as by default.
fn flags(options: &BuildOptions) -> String {
    // Every field is named, so that a new option cannot be forgotten here. Grants and modules have places of their own.
    let BuildOptions {
        target,
        emit: _,
        optimization,
        bounds,
        determinism,
        policy: _,
        grantable,
        stack_bytes,
        max_gc_heap_bytes,
        strip,
        sandbox,
        libraries: _,
    } = options;
    let mut flags = vec![format!("--target {target}")];
    let mut flag = |is_default: bool, text: String| {
        if !is_default {
            flags.push(text)
        }
    };
    flag(*optimization == Optimization::Speed, format!("--optimize {}", word(&OPTIMIZATIONS, *optimization)));
    flag(*bounds == Bounds::Auto, format!("--bounds {}", word(&BOUNDS, *bounds)));
    flag(*determinism == Determinism::Native, "--deterministic".to_owned());
    flag(!grantable, "--grantable".to_owned());
    flag(!strip, "--strip".to_owned());
    flag(*stack_bytes == BuildOptions::DEFAULT_STACK_BYTES, format!("--stack-size {stack_bytes}"));
    flag(*max_gc_heap_bytes == BuildOptions::DEFAULT_MAX_GC_HEAP_BYTES, format!("--max-gc-heap {max_gc_heap_bytes}"));
    flag(*sandbox != Sandbox::Off, "--sandbox off".to_owned());
    flag(*sandbox != Sandbox::Required, "--require-sandbox".to_owned());
    flags.join(" ")
}

fn word<T: PartialEq>(words: &[(T, &'static str)], value: T) -> &'static str {
    let found = words.iter().find(|(known, _)| *known == value);
    found.expect("invariant: every value has a word").1
}

fn find<T: Copy>(words: &[(T, &str)], wanted: &str) -> Option<T> {
    words.iter().find(|(_, word)| *word == wanted).map(|&(value, _)| value)
}

/// A number as [`flags`] writes it.
fn number(text: &str) -> Option<u64> {
    u64::from_str(text).ok().filter(|number| number.to_string() == text)
}

fn grants_digest(table: &[u8]) -> String {
    hexadecimal(&Sha256::digest(table)[..GRANTS_DIGEST_BYTES])
}

#[cfg(test)]
mod tests {
    use wasmelt_targets::Architecture;

    use super::*;

    fn modules() -> Vec<OriginModule> {
        vec![OriginModule::of(Some("a b\n"), b"library"), OriginModule::of(None, b"program")]
    }

    #[test]
    fn what_is_written_is_read() {
        let plain = BuildOptions::new(Target::baseline(Architecture::Aarch64));
        let all = BuildOptions {
            optimization: Optimization::Size,
            bounds: Bounds::Explicit,
            determinism: Determinism::Deterministic,
            grantable: true,
            stack_bytes: 1 << 20,
            max_gc_heap_bytes: 1 << 21,
            strip: true,
            sandbox: Sandbox::Required,
            ..BuildOptions::new("x86_64-linux:x86-64-v3".parse().unwrap())
        };
        let off = BuildOptions { sandbox: Sandbox::Off, optimization: Optimization::None, ..plain.clone() };
        for options in [plain, all, off] {
            let origin = Origin::new(&options, modules(), b"table");
            let read = Origin::parse(&origin.to_text()).unwrap();
            assert_eq!(read, origin);
            assert_eq!(read.to_options(), Some(options));
            assert!(read.has_grants(b"table") && !read.has_grants(b"other"));
            assert_eq!(read.with_grants(b"other").to_text().len(), origin.to_text().len());
        }
    }

    #[test]
    fn the_text_of_a_plain_program_is_short() {
        let options = BuildOptions::new(Target::baseline(Architecture::X86_64));
        let text = Origin::new(&options, vec![OriginModule::of(None, b"program")], b"table").to_text();
        assert_eq!(
            text,
            "wasmelt 0.1.0\noptions --target x86_64-linux\n\
             module 1310ca2c8932dbd118668bd97442558a3e1f546b5e15c69699dfbd6024f548d8\ngrants 0d4fc4a78d3706ed\n"
        );
    }

    #[test]
    fn anything_else_is_no_origin() {
        let options = BuildOptions::new(Target::baseline(Architecture::X86_64));
        let text = Origin::new(&options, modules(), b"table").to_text();
        for (part, other) in [("wasmelt", "wasmelx"), ("options", "option"), ("grants", "modulo"), ("module", "")] {
            assert_eq!(Origin::parse(&text.replacen(part, other, 1)), None, "{part}");
        }
        let without_command = text.lines().filter(|line| line.split(' ').count() != 2 || !line.starts_with("module"));
        assert_eq!(Origin::parse(&without_command.collect::<Vec<_>>().join("\n")), None);
        for options in ["--target x86_64-linux --strop", "--target z80", "--target x86_64-linux --stack-size 07"] {
            let origin = Origin { options: options.to_owned(), ..Origin::parse(&text).unwrap() };
            assert_eq!(origin.to_options(), None, "{options}");
        }
    }
}
