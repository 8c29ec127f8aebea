//! The marked module: the same program, whose first act is to write one byte to standard output.
//!
//! ```text
//! (import "wasi_snapshot_preview1" "fd_write" (func $mark …))      after the imports that there are
//! (func (export "_start")                                         after the functions that there are
//!   memory[0..16] kept in locals
//!   fd_write(1, [{ 0, 1 }], 8)                                     one byte, through 16 bytes of memory
//!   memory[0..16] restored
//!   call $original)
//! ```
//!
//! Whoever reads the other end of a pipe sees when the guest's first instruction has run. It is a WASI program like the
//! original, so each runtime runs it as it runs any other, and everything that instantiation does stays the same: only
//! the byte's way through the pipe, and one page of memory that is written, are added. A function of the start section
//! runs before; it is part of instantiation.

use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, ImportSection, MemArg, MemArgTarget, Module,
    SectionId, TypeSection, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{ExternalKind, MemoryType, Parser, Payload, TypeRef};

/// What a command starts with (WASI, application ABI).
const ENTRY: &str = "_start";

/// Why a module cannot be marked.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// It is not a command.
    #[error("it exports no function `_start`")]
    NoEntry,
    /// The buffer has no place.
    #[error("its first memory has no page, or 64-bit addresses, or does not exist")]
    NoMemory,
    /// It is not valid.
    #[error(transparent)]
    Invalid(#[from] wasmparser::BinaryReaderError),
    /// It cannot be written again.
    #[error("{0}")]
    Encoding(String),
}

/// The marked form of the binary module `wasm`.
///
/// # Errors
///
/// If it has no entry or no memory, or is not a module.
pub fn mark(wasm: &[u8]) -> Result<Vec<u8>, MarkError> {
    let mut marking = Marking::scan(wasm)?;
    let mut module = Module::new();
    utils::parse_core_module(&mut marking, &mut module, Parser::new(0), wasm)
        .map_err(|error| MarkError::Encoding(error.to_string()))?;
    Ok(module.finish())
}

/// Where the additions go.
struct Marking {
    types: u32,
    imported: u32,
    defined: u32,
    entry: u32,
}

impl Marking {
    fn scan(wasm: &[u8]) -> Result<Marking, MarkError> {
        let (mut types, mut imported, mut defined) = (0, 0, 0);
        let (mut entry, mut memory) = (None, None::<MemoryType>);
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        types += u32::try_from(group?.types().len()).map_err(|_| MarkError::NoEntry)?;
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(_) | TypeRef::FuncExact(_) => imported += 1,
                            TypeRef::Memory(ty) if memory.is_none() => memory = Some(ty),
                            _ => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => defined = section.count(),
                Payload::MemorySection(section) if memory.is_none() => {
                    memory = section.into_iter().next().transpose()?
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Func && export.name == ENTRY {
                            entry = Some(export.index);
                        }
                    }
                }
                _ => {}
            }
        }
        memory.filter(|memory| memory.initial > 0 && !memory.memory64).ok_or(MarkError::NoMemory)?;
        Ok(Marking { types, imported, defined, entry: entry.ok_or(MarkError::NoEntry)? })
    }

    /// The index of an original function in the marked module: one is imported before the defined ones.
    fn moved(&self, function: u32) -> u32 {
        function + u32::from(function >= self.imported)
    }

    /// The type of `fd_write`; that of the entry follows.
    fn mark_type(&self) -> u32 {
        self.types
    }

    fn import(&self, imports: &mut ImportSection) {
        let ty = wasm_encoder::EntityType::Function(self.mark_type());
        imports.import("wasi_snapshot_preview1", "fd_write", ty);
    }

    fn entry(&self) -> Function {
        const FIRST: MemArg = MemArg { offset: 0, align: 0, target: MemArgTarget::Memory(0), ordering: None };
        const SECOND: MemArg = MemArg { offset: 8, ..FIRST };
        /// Address 0, length 1.
        const VECTOR: i64 = 1 << 32;
        let mut function = Function::new([(2, ValType::I64)]);
        let mut code = function.instructions();
        code.i32_const(0).i64_load(FIRST).local_set(0).i32_const(0).i64_load(SECOND).local_set(1);
        code.i32_const(0).i64_const(VECTOR).i64_store(FIRST);
        code.i32_const(1).i32_const(0).i32_const(1).i32_const(8).call(self.imported).drop();
        code.i32_const(0).local_get(0).i64_store(FIRST).i32_const(0).local_get(1).i64_store(SECOND);
        code.call(self.moved(self.entry)).end();
        function
    }
}

type Done = Result<(), Error<std::convert::Infallible>>;

impl Reencode for Marking {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        Ok(self.moved(function))
    }

    fn parse_type_section(&mut self, types: &mut TypeSection, section: wasmparser::TypeSectionReader<'_>) -> Done {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32; 4], [ValType::I32]);
        types.ty().function([], []);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Done {
        utils::parse_import_section(self, imports, section)?;
        self.import(imports);
        Ok(())
    }

    /// A module without imports gets the section, after its types.
    fn intersperse_section_hook(
        &mut self,
        module: &mut Module,
        after: Option<SectionId>,
        before: Option<SectionId>,
    ) -> Done {
        if after == Some(SectionId::Type) && before != Some(SectionId::Import) {
            let mut imports = ImportSection::new();
            self.import(&mut imports);
            module.section(&imports);
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Done {
        utils::parse_function_section(self, functions, section)?;
        functions.function(self.mark_type() + 1);
        Ok(())
    }

    fn parse_export(&mut self, exports: &mut ExportSection, export: wasmparser::Export<'_>) -> Done {
        if export.kind == ExternalKind::Func && export.name == ENTRY {
            exports.export(ENTRY, ExportKind::Func, self.imported + 1 + self.defined);
            return Ok(());
        }
        utils::parse_export(self, exports, export)
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: wasmparser::CodeSectionReader<'_>) -> Done {
        utils::parse_code_section(self, code, section)?;
        code.function(&self.entry());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasmelt_driver::Source;

    use super::*;
    use crate::samples;

    fn marked(text: &str) -> Result<Vec<u8>, MarkError> {
        mark(&Source::from_bytes("test.wat", text.as_bytes()).to_binary().unwrap())
    }

    #[test]
    fn a_marked_module_is_valid() {
        for source in [samples::hello(), samples::many_functions(3)] {
            let bytes = mark(&source.to_binary().unwrap()).unwrap();
            wasmparser::validate(&bytes).unwrap();
            let module = wasmelt_driver::parse(&Source::from_bytes("marked.wasm", bytes)).unwrap();
            let original = wasmelt_driver::parse(&source).unwrap();
            assert_eq!(module.functions.len(), original.functions.len() + 2);
        }
    }

    #[test]
    fn a_module_that_cannot_be_marked_says_why() {
        assert!(matches!(marked("(module (memory 1))"), Err(MarkError::NoEntry)));
        assert!(matches!(marked("(module (func (export \"_start\")))"), Err(MarkError::NoMemory)));
        assert!(matches!(marked("(module (memory 0) (func (export \"_start\")))"), Err(MarkError::NoMemory)));
        assert!(matches!(mark(b"no module"), Err(MarkError::Invalid(_))));
    }
}
