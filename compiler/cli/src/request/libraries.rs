//! `--module NAME=FILE`: modules that satisfy imports.

use std::path::PathBuf;

use wasmelt_driver::{Diagnostic, Library, Source, diagnostics::Code};

/// A library as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LibraryFile {
    name: String,
    file: PathBuf,
}

/// The library that `NAME=FILE` names.
///
/// # Errors
///
/// If a part is missing.
pub(crate) fn parse_library(text: &str) -> Result<LibraryFile, String> {
    match text.split_once('=') {
        Some((name, file)) if !file.is_empty() => Ok(LibraryFile { name: name.to_owned(), file: PathBuf::from(file) }),
        _ => Err(String::from("write NAME=FILE, where NAME is the module name that imports have")),
    }
}

/// Reads the libraries.
///
/// # Errors
///
/// If a file cannot be read, or two libraries have one name.
pub(crate) fn read_libraries(files: &[LibraryFile]) -> Result<Vec<Library>, Diagnostic> {
    let mut libraries: Vec<Library> = Vec::with_capacity(files.len());
    for LibraryFile { name, file } in files {
        if libraries.iter().any(|library| library.name == *name) {
            return Err(Diagnostic::error(Code::InvalidOption, format_args!("two modules are given as `{name}`"))
                .with_help("imports find a module by its name: give each `--module` another one"));
        }
        libraries.push(Library { name: name.clone(), source: Source::read(file)? });
    }
    Ok(libraries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_ends_at_the_first_equals_sign() {
        let expected = LibraryFile { name: String::from("env"), file: PathBuf::from("a=b.wasm") };
        assert_eq!(parse_library("env=a=b.wasm"), Ok(expected));
    }

    #[test]
    fn both_parts_are_needed() {
        assert!(parse_library("a.wasm").is_err());
        assert!(parse_library("env=").is_err());
    }
}
