//! Where executables go.
//!
//! ```text
//! one module, one target     the path given, or <stem>
//! several modules            <directory given>/<stem>
//! several targets            <directory given>/<stem>-<platform>[-<level>]
//! ```
//!
//! What is no executable has an extension behind that. An image is one output, whatever its targets; where an image is to be
//! a directory, one that is an image's already is the path itself.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use wasmelt_driver::{Diagnostic, diagnostics::Code, is_layout, is_same_file};
use wasmelt_targets::Target;

use crate::args::EmitMode;

/// Hands out the paths of a build's executables, each once.
pub(crate) struct Outputs<'a> {
    place: Place,
    inputs: &'a [PathBuf],
    /// Paths handed out, with the module each is for.
    claimed: BTreeMap<PathBuf, &'a Path>,
}

enum Place {
    /// The one executable.
    File(PathBuf),
    /// Executables with names of their own; `None` is the current directory.
    Directory(Option<PathBuf>),
}

impl<'a> Outputs<'a> {
    pub(crate) fn new(given: Option<PathBuf>, inputs: &'a [PathBuf], targets: usize, emit: EmitMode) -> Outputs<'a> {
        let is_one = inputs.len() == 1 && (targets == 1 || emit == EmitMode::Oci);
        let place = match given {
            Some(path) if is_one && !is_directory_for(&path, emit) => Place::File(path),
            given => Place::Directory(given),
        };
        Outputs { place, inputs, claimed: BTreeMap::new() }
    }

    /// All in one directory.
    pub(crate) fn in_directory(directory: Option<PathBuf>, inputs: &'a [PathBuf]) -> Outputs<'a> {
        Outputs { place: Place::Directory(directory), inputs, claimed: BTreeMap::new() }
    }

    /// The path of what `input` becomes. In a directory it is called `name`, with `target` behind it if there is one.
    pub(crate) fn claim(
        &mut self,
        input: &'a Path,
        name: &Path,
        target: Option<&Target>,
        emit: EmitMode,
    ) -> Result<PathBuf, Diagnostic> {
        let path = match &self.place {
            Place::File(path) => path.clone(),
            Place::Directory(directory) => directory.clone().unwrap_or_default().join(file_name(name, target, emit)),
        };
        if let Some(replaced) = self.inputs.iter().find(|input| is_same_file(input, &path)) {
            let message = format_args!("the executable would replace its input `{}`", replaced.display());
            return Err(conflict(&path, message, "name another path with `-o`"));
        }
        match self.claimed.insert(path.clone(), input) {
            None => Ok(path),
            Some(other) => {
                let message =
                    format_args!("both `{}` and `{}` would become this executable", other.display(), input.display());
                Err(conflict(&path, message, "build them one by one, with `-o`"))
            }
        }
    }

    /// The directory that was asked for.
    pub(crate) fn into_directory(self) -> Option<PathBuf> {
        match self.place {
            Place::Directory(directory) => directory,
            Place::File(_) => None,
        }
    }
}

fn file_name(name: &Path, target: Option<&Target>, emit: EmitMode) -> PathBuf {
    let mut name = name.as_os_str().to_owned();
    if let Some(target) = target {
        name.push(format!("-{target}").replace(':', "-"));
    }
    name.push(match emit {
        EmitMode::Exe => "",
        EmitMode::Obj => ".o",
        EmitMode::Clif => ".clif",
        EmitMode::Asm => ".s",
        EmitMode::Oci => ".oci",
    });
    PathBuf::from(name)
}

fn conflict(path: &Path, message: std::fmt::Arguments<'_>, help: &str) -> Diagnostic {
    Diagnostic::error(Code::OutputConflict, message).in_file(path.display().to_string()).with_help(help)
}

/// Whether outputs go into the directory `path`, and not in its place.
fn is_directory_for(path: &Path, emit: EmitMode) -> bool {
    let is_replaced = emit == EmitMode::Oci && is_layout(path);
    path.as_os_str().as_encoded_bytes().ends_with(b"/") || (path.is_dir() && !is_replaced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::stem;

    fn check(output: Option<&str>, inputs: &[&str], targets: &[&str], expected: &[&str]) {
        let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
        let mut outputs = Outputs::new(output.map(PathBuf::from), &inputs, targets.len(), EmitMode::Exe);
        let targets: Vec<Target> = targets.iter().map(|target| target.parse().unwrap()).collect();
        let mut paths = Vec::new();
        for input in &inputs {
            for target in &targets {
                let target = (targets.len() > 1).then_some(target);
                paths.push(outputs.claim(input, stem(input), target, EmitMode::Exe).unwrap());
            }
        }
        assert_eq!(paths, expected.iter().map(PathBuf::from).collect::<Vec<_>>());
    }

    const X86: &str = "x86_64-linux";
    const ARM: &str = "aarch64-linux:neoverse-n1";

    #[test]
    fn one_executable_is_a_file() {
        check(None, &["dir/app.wasm"], &[X86], &["app"]);
        check(Some("out/x"), &["dir/app.wasm"], &[X86], &["out/x"]);
        check(Some("out/"), &["dir/app.wasm"], &[X86], &["out/app"]);
    }

    #[test]
    fn several_have_names_in_a_directory() {
        check(Some("out"), &["a.wasm", "b.c.wat"], &[X86], &["out/a", "out/b.c"]);
        check(None, &["a.wasm"], &[X86, ARM], &["a-x86_64-linux", "a-aarch64-linux-neoverse-n1"]);
    }

    #[test]
    fn two_modules_of_one_name_are_refused() {
        let inputs = [PathBuf::from("a/x.wasm"), PathBuf::from("b/x.wasm")];
        let mut outputs = Outputs::new(None, &inputs, 1, EmitMode::Exe);
        outputs.claim(&inputs[0], stem(&inputs[0]), None, EmitMode::Exe).unwrap();
        let refused = outputs.claim(&inputs[1], stem(&inputs[1]), None, EmitMode::Exe);
        assert_eq!(refused.unwrap_err().code, Code::OutputConflict);
    }

    #[test]
    fn an_input_is_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let input = directory.path().join("app");
        std::fs::write(&input, b"(module)").unwrap();
        let inputs = [input.clone()];
        let mut outputs = Outputs::new(
            Some(directory.path().join("../").join(directory.path()).join("app")),
            &inputs,
            1,
            EmitMode::Exe,
        );
        let refused = outputs.claim(&input, stem(&input), None, EmitMode::Exe);
        assert_eq!(refused.unwrap_err().code, Code::OutputConflict);
    }

    #[test]
    fn an_image_takes_the_place_of_an_earlier_one() {
        let directory = tempfile::tempdir().unwrap();
        let inputs = [PathBuf::from("app.wasm")];
        let claim = |path: &Path| {
            let mut outputs = Outputs::new(Some(path.to_owned()), &inputs, 2, EmitMode::Oci);
            outputs.claim(&inputs[0], stem(&inputs[0]), None, EmitMode::Oci).unwrap()
        };
        assert_eq!(claim(&directory.path().join("new")), directory.path().join("new"));
        assert_eq!(claim(directory.path()), directory.path().join("app.oci"));
        std::fs::write(directory.path().join("oci-layout"), b"{}").unwrap();
        assert_eq!(claim(directory.path()), directory.path());
    }
}
