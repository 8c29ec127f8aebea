//! The command line that builds the same.

use std::path::Path;

use wasmelt_driver::{BuildOptions, policy::Policy};

use super::{Column, export};
use crate::ExportKind;

/// The `wasmelt build` of the module at `module` that writes the same file. Grants are those of the policy file that is
/// exported beside it.
pub(super) fn command_line(module: &Path, options: &BuildOptions, output: &Path) -> String {
    let default = Column::default();
    let column = Column { bounds: options.bounds, optimization: options.optimization };
    let mut words = vec!["wasmelt".to_owned(), "build".to_owned(), quoted(module)];
    let mut flag = |name: &str, value: String| words.extend([name.to_owned(), value]);
    flag("--target", options.target.to_string());
    if column.bounds != default.bounds {
        flag("--bounds", column.names().bounds.to_owned());
    }
    if column.optimization != default.optimization {
        flag("--optimize", column.names().optimization.to_owned());
    }
    if options.policy != Policy::default() {
        flag("--policy", quoted(&export::output(output, ExportKind::Policy)));
    }
    flag("-o", quoted(output));
    words.join(" ")
}

/// A path as a word of a POSIX shell (POSIX.1-2024, 2.2 "Quoting").
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+,:@%=".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use wasmelt_driver::{Bounds, Optimization};

    use super::*;

    #[track_caller]
    fn check(module: &str, options: &BuildOptions, output: &str, expected: &str) {
        assert_eq!(command_line(Path::new(module), options, Path::new(output)), expected);
    }

    #[test]
    fn defaults_are_not_written() {
        let options = BuildOptions::new("aarch64-linux".parse().unwrap());
        check("a.wasm", &options, "dist/a", "wasmelt build a.wasm --target aarch64-linux -o dist/a");
    }

    #[test]
    fn what_differs_is_written() {
        let options = BuildOptions {
            bounds: Bounds::Explicit,
            optimization: Optimization::None,
            policy: Policy { inherit_environment: true, ..Policy::default() },
            ..BuildOptions::new("x86_64-linux:x86-64-v3".parse().unwrap())
        };
        let expected = "wasmelt build a.wasm --target x86_64-linux:x86-64-v3 --bounds explicit --optimize none \
                        --policy a.policy.toml -o a";
        check("a.wasm", &options, "a", expected);
    }

    #[test]
    fn a_shell_reads_paths_as_they_are() {
        let options = BuildOptions::new("x86_64-linux".parse().unwrap());
        check("my app's.wasm", &options, "$x", r"wasmelt build 'my app'\''s.wasm' --target x86_64-linux -o '$x'");
    }
}
