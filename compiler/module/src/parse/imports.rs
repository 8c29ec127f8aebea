//! Import section (WebAssembly core specification, section 5.5.5).

use wasmparser::{ImportSectionReader, Parser, Payload, TypeRef};

use super::{offset, unknown};
use crate::{Function, Global, Import, ImportType, Memory, Module, ModuleError, Table, Tag, TypeIndex};

impl Module {
    /// What the binary module imports: modules and names, as far as they can be read. Nothing after them is looked at, so
    /// that this takes no time.
    pub fn imported_names(binary: &[u8]) -> Vec<(&str, &str)> {
        let sections = Parser::new(0).parse_all(binary).map_while(Result::ok);
        let section = sections.take_while(|section| !matches!(section, Payload::CodeSectionStart { .. }));
        let imports = section.into_iter().find_map(|section| match section {
            Payload::ImportSection(imports) => Some(imports),
            _ => None,
        });
        let imports = imports.into_iter().flat_map(ImportSectionReader::into_imports).map_while(Result::ok);
        imports.map(|import| (import.module, import.name)).collect()
    }
}

/// Imports also begin the index space of their kind.
pub(super) fn read(section: ImportSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for import in section.into_imports_with_offsets() {
        let (at, import) = import?;
        let ty = match import.ty {
            TypeRef::Func(ty) => {
                let ty = TypeIndex(ty);
                module.functions.push(Function { ty, name: None, body: None });
                ImportType::Function(ty)
            }
            TypeRef::Table(ty) => {
                module.tables.push(Table { ty, init: None, imported: true });
                ImportType::Table(ty)
            }
            TypeRef::Memory(ty) => {
                module.memories.push(Memory { ty, imported: true });
                ImportType::Memory(ty)
            }
            TypeRef::Global(ty) => {
                module.globals.push(Global { ty, init: None });
                ImportType::Global(ty)
            }
            TypeRef::Tag(ty) => {
                let ty = TypeIndex(ty.func_type_idx);
                module.tags.push(Tag { ty, imported: true });
                ImportType::Tag(ty)
            }
            other => return Err(unknown(at, other)),
        };
        let (from, name) = (import.module.to_owned(), import.name.to_owned());
        module.imports.push(Import { module: from, name, ty, offset: offset(at) });
    }
    Ok(())
}
