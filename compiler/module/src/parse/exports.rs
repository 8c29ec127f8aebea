//! Export section (WebAssembly core specification, section 5.5.10).

use wasmparser::{ExportSectionReader, ExternalKind};

use super::unknown;
use crate::{Export, ExternIndex, FunctionIndex, GlobalIndex, MemoryIndex, Module, ModuleError, TableIndex, TagIndex};

pub(super) fn read(section: ExportSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for export in section.into_iter_with_offsets() {
        let (offset, export) = export?;
        let item = match export.kind {
            ExternalKind::Func => ExternIndex::Function(FunctionIndex(export.index)),
            ExternalKind::Table => ExternIndex::Table(TableIndex(export.index)),
            ExternalKind::Memory => ExternIndex::Memory(MemoryIndex(export.index)),
            ExternalKind::Global => ExternIndex::Global(GlobalIndex(export.index)),
            ExternalKind::Tag => ExternIndex::Tag(TagIndex(export.index)),
            other => return Err(unknown(offset, other)),
        };
        module.exports.push(Export { name: export.name.to_owned(), item });
    }
    let exports = &module.exports;
    module.exports_by_name = (0..exports.len()).collect();
    module.exports_by_name.sort_by(|&a, &b| exports[a].name.cmp(&exports[b].name));
    Ok(())
}
