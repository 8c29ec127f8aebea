//! Type section (WebAssembly core specification, section 5.5.4).

use wasmparser::TypeSectionReader;

use crate::{Module, ModuleError, TypeIndex};

pub(super) fn read(section: TypeSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for group in section {
        let start = TypeIndex::at(module.types.len()).0;
        module.types.extend(group?.into_types());
        module.recursion_groups.push(start..TypeIndex::at(module.types.len()).0);
    }
    Ok(())
}
