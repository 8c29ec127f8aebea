//! Type section (WebAssembly core specification, section 5.5.4).

use wasmparser::{CompositeInnerType, TypeSectionReader};

use super::unknown;
use crate::{Module, ModuleError};

pub(super) fn read(section: TypeSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for group in section {
        for (offset, ty) in group?.into_types_and_offsets() {
            match ty.composite_type.inner {
                CompositeInnerType::Func(function) => module.types.push(function),
                other => return Err(unknown(offset, other)),
            }
        }
    }
    Ok(())
}
