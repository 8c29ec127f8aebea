//! Memory section (WebAssembly core specification, section 5.5.8).

use wasmparser::MemorySectionReader;

use crate::{Memory, Module, ModuleError};

pub(super) fn read(section: MemorySectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for ty in section {
        module.memories.push(Memory { ty: ty?, imported: false });
    }
    Ok(())
}
