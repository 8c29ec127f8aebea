//! The input: a module as a file or as bytes, in the binary or the text format.

use std::{fs, path::Path, sync::Arc};

use wast::parser::ParseBuffer;

use crate::diagnostics::{Code, Diagnostic, Location};

/// What every binary module starts with.
const BINARY_MAGIC: &[u8] = b"\0asm";

/// A module as the user gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What diagnostics call it: the path as the user wrote it.
    pub display: String,
    /// The file name without directories; what the program is told as its own name.
    pub file_name: String,
    /// The file's bytes: a binary module or a text.
    pub bytes: Arc<[u8]>,
}

/// What a file holds.
enum Form<'a> {
    Binary,
    Text(&'a str),
    Neither,
}

impl Source {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn read(path: &Path) -> Result<Source, Diagnostic> {
        let display = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| {
            Diagnostic::error(Code::Unreadable, format_args!("cannot read the module: {error}")).in_file(&display)
        })?;
        let file_name = path.file_name().map_or_else(|| display.clone(), |name| name.to_string_lossy().into_owned());
        Ok(Source { display, file_name, bytes: bytes.into() })
    }

    /// A module in memory, called `name`.
    pub fn from_bytes(name: &str, bytes: impl Into<Arc<[u8]>>) -> Source {
        Source { display: name.to_owned(), file_name: name.to_owned(), bytes: bytes.into() }
    }

    /// Whether it is in the text format.
    pub fn is_text(&self) -> bool {
        matches!(self.form(), Form::Text(_))
    }

    /// The binary module: the bytes themselves, or what the text stands for.
    ///
    /// # Errors
    ///
    /// If the bytes are neither, or the text has errors.
    pub fn to_binary(&self) -> Result<Arc<[u8]>, Diagnostic> {
        match self.form() {
            Form::Binary => Ok(self.bytes.clone()),
            Form::Text(text) => self.assemble(text),
            Form::Neither => Err(self.not_a_module()),
        }
    }

    /// Content decides, not the file's name.
    fn form(&self) -> Form<'_> {
        // A file cut off within the magic number is a binary, which the parser rejects.
        let magic = &BINARY_MAGIC[..BINARY_MAGIC.len().min(self.bytes.len())];
        match str::from_utf8(&self.bytes) {
            _ if !self.bytes.is_empty() && self.bytes.starts_with(magic) => Form::Binary,
            Ok(text) if !text.trim_ascii().is_empty() => Form::Text(text),
            _ => Form::Neither,
        }
    }

    fn assemble(&self, text: &str) -> Result<Arc<[u8]>, Diagnostic> {
        let assembled =
            ParseBuffer::new(text).and_then(|tokens| wast::parser::parse::<wast::Wat<'_>>(&tokens)?.encode());
        assembled.map(Arc::from).map_err(|error| self.text_error(&error, text))
    }

    fn text_error(&self, error: &wast::Error, text: &str) -> Diagnostic {
        let (line, byte) = error.span().linecol_in(text);
        let content = text.split('\n').nth(line).unwrap_or("").trim_end_matches('\r');
        let column = content.get(..byte).map_or(byte, |before| before.chars().count());
        Diagnostic::error(Code::TextSyntax, one_line(&error.message())).in_file(&self.display).at(Location::Text {
            line: line + 1,
            column: column + 1,
            content: content.into(),
        })
    }

    fn not_a_module(&self) -> Diagnostic {
        let message = if self.bytes.is_empty() {
            "the file is empty"
        } else {
            "the file is neither a binary WebAssembly module nor a module in the text format"
        };
        Diagnostic::error(Code::NotAModule, message)
            .in_file(&self.display)
            .with_help("a binary module starts with the bytes 00 61 73 6d, a text with `(module`")
    }
}

/// Messages are one sentence; the assembler's may have several lines.
fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Source {
        Source::from_bytes("a.wasm", bytes)
    }

    #[test]
    fn binaries_stay_what_they_are() {
        assert_eq!(&*source(b"\0asm rest").to_binary().unwrap(), b"\0asm rest");
    }

    #[test]
    fn a_truncated_magic_number_is_left_to_the_parser() {
        assert_eq!(&*source(b"\0as").to_binary().unwrap(), b"\0as");
    }

    #[test]
    fn texts_are_assembled() {
        assert!(source(b"  (module)").to_binary().unwrap().starts_with(BINARY_MAGIC));
    }

    #[test]
    fn text_errors_have_line_and_column() {
        let error = source("(module\n  (; \u{e4} ;) (fnc))".as_bytes()).to_binary().unwrap_err();
        let content = "  (; \u{e4} ;) (fnc))".into();
        assert_eq!(error.location, Some(Location::Text { line: 2, column: 12, content }));
        assert_eq!(error.code, Code::TextSyntax);
    }

    #[test]
    fn anything_else_is_refused() {
        for bytes in [&b""[..], b" \n", b"\x7fELF\xff\xfe"] {
            assert_eq!(source(bytes).to_binary().unwrap_err().code, Code::NotAModule);
        }
    }

    #[test]
    fn missing_files_are_the_environments_problem() {
        let error = Source::read(Path::new("no/such/file.wasm")).unwrap_err();
        assert_eq!((error.code, error.file.as_deref()), (Code::Unreadable, Some("no/such/file.wasm")));
    }
}
