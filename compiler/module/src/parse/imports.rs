//! Import section (WebAssembly core specification, section 5.5.5).

use wasmparser::{ImportSectionReader, TypeRef};

use super::{offset, unknown};
use crate::{Function, Global, Import, ImportType, Memory, Module, ModuleError, Table, Tag, TypeIndex};

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
