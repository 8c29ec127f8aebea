//! Tag section (WebAssembly core specification, section 5.5.16).

use wasmparser::TagSectionReader;

use crate::{Module, ModuleError, Tag, TypeIndex};

pub(super) fn read(section: TagSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for ty in section {
        module.tags.push(Tag { ty: TypeIndex(ty?.func_type_idx), imported: false });
    }
    Ok(())
}
