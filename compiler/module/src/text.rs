//! One function in the text format, with the place of each line (WebAssembly core specification, chapter 6 "Text Format").
//!
//! The printer takes whole modules, and large ones take it seconds. It gets a small one in which the function is the same:
//!
//! ```text
//! types, imports      as they are
//! functions           the types of those up to this one; those after it are left out
//! code                empty bodies, then this one
//! names               as they are
//! ```

use std::{io, ops::Range};

use wasm_encoder::{CodeSection, CustomSection, FunctionSection, Module as Encoder, RawSection, SectionId};
use wasmparser::{Chunk, Parser, Payload};
use wasmprinter::{Config, Print};

use crate::{FunctionIndex, Module};

/// A body without locals that has nothing but its `end`.
const EMPTY_BODY: &[u8] = &[0x00, 0x0b];

/// A line of a function's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLine {
    /// Byte offset in the module of what it says; several lines may have the same.
    pub offset: usize,
    /// The line, indented as deep as it is nested, without line break.
    pub text: String,
}

impl Module {
    /// The text of `function`; of an imported one none.
    ///
    /// # Errors
    ///
    /// If the printer refuses it: it has limits of its own.
    pub fn text(&self, function: FunctionIndex) -> Result<Vec<TextLine>, String> {
        let Some(body) = &self.functions[function.index()].body else { return Ok(Vec::new()) };
        let body = body.range.clone();
        let excerpt = self.excerpt(function, &self.bytes[body.clone()]).map_err(|error| error.to_string())?;
        let mut lines = Lines { body: excerpt.body, origin: body.start, lines: Vec::new(), is_inside: false };
        Config::new().print(&excerpt.bytes, &mut lines).map_err(|error| format!("{error:#}"))?;
        Ok(lines.lines)
    }

    fn excerpt(&self, function: FunctionIndex, body: &[u8]) -> Result<Excerpt, wasmparser::Error> {
        let (mut excerpt, mut names) = (Encoder::new(), None);
        let mut rest = Parser::new(0);
        let mut bytes = &self.bytes[..];
        while let Chunk::Parsed { consumed, payload } = rest.parse(bytes, true)? {
            bytes = &bytes[consumed..];
            let raw = |id: SectionId, range: Range<u64>| RawSection { id: id.into(), data: &self.bytes[span(&range)] };
            match payload {
                Payload::TypeSection(section) => _ = excerpt.section(&raw(SectionId::Type, section.range())),
                Payload::ImportSection(section) => _ = excerpt.section(&raw(SectionId::Import, section.range())),
                // The bodies, of which there are many, are not even looked at.
                Payload::CodeSectionStart { size, .. } => {
                    rest.skip_section();
                    bytes = &bytes[size as usize..];
                }
                Payload::CustomSection(section) if section.name() == "name" => names = Some(section.data()),
                Payload::End(_) => break,
                _ => {}
            }
        }
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for of in &self.functions[self.imported_functions()..function.index()] {
            functions.function(of.ty.0);
            code.raw(EMPTY_BODY);
        }
        functions.function(self.functions[function.index()].ty.0);
        code.raw(body);
        excerpt.section(&functions).section(&code);
        // The body is what the bytes end with, so far.
        let end = excerpt.len();
        if let Some(data) = names {
            excerpt.section(&CustomSection { name: "name".into(), data: data.into() });
        }
        Ok(Excerpt { body: end - body.len()..end, bytes: excerpt.finish() })
    }
}

/// A small module.
struct Excerpt {
    bytes: Vec<u8>,
    /// Where the body is in it.
    body: Range<usize>,
}

/// Keeps the lines that are printed of one body.
struct Lines {
    body: Range<usize>,
    /// Where the body is in the module.
    origin: usize,
    lines: Vec<TextLine>,
    is_inside: bool,
}

impl Print for Lines {
    fn write_str(&mut self, text: &str) -> io::Result<()> {
        if let Some(line) = self.lines.last_mut().filter(|_| self.is_inside) {
            line.text.push_str(text);
        }
        Ok(())
    }

    fn newline(&mut self) -> io::Result<()> {
        // Functions are nested in the module by one step of two spaces.
        if let Some(line) = self.lines.last_mut().filter(|_| self.is_inside) {
            line.text = line.text.strip_prefix("  ").unwrap_or(&line.text).to_owned();
        }
        Ok(())
    }

    fn start_line(&mut self, offset: Option<u64>) {
        let offset = offset.and_then(|offset| usize::try_from(offset).ok());
        let inside = offset.filter(|offset| self.body.contains(offset));
        self.is_inside = inside.is_some();
        let origin = self.origin;
        self.lines.extend(inside.map(|at| TextLine { offset: at - self.body.start + origin, text: String::new() }));
    }
}

/// Lossless: the range is one of a slice.
fn span(range: &Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn module(text: &str) -> Module {
        Module::parse("test", Arc::<[u8]>::from(wat::parse_str(text).unwrap())).unwrap()
    }

    #[test]
    fn lines_say_where_in_the_module_they_are() {
        let module = module(
            r#"(module
                (import "env" "print" (func $print (param i32)))
                (memory 1)
                (func $other (result i32) i32.const 7)
                (func $run (param $n i32) (local $i i64)
                    block
                        local.get $n
                        i32.load offset=8
                        call $print
                    end)
                (func $after)
                (data (i32.const 0) "text"))"#,
        );
        let lines = module.text(FunctionIndex(2)).unwrap();
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "(func $run (;2;) (type 0) (param $n i32)",
                "  (local $i i64)",
                "  block ;; label = @1",
                "    local.get $n",
                "    i32.load offset=8",
                "    call $print",
                "  end",
                ")"
            ]
        );
        let body = module.functions[2].body.as_ref().unwrap().range.clone();
        // The call's opcode and index.
        assert_eq!(module.bytes[lines[5].offset..][..2], [0x10, 0x00]);
        assert!(lines.iter().all(|line| body.contains(&line.offset)));
    }

    #[test]
    fn imported_functions_have_no_text() {
        let module = module(r#"(module (import "a" "b" (func)))"#);
        assert_eq!(module.text(FunctionIndex(0)).unwrap(), []);
    }
}
