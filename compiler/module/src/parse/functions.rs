//! Function section (WebAssembly core specification, section 5.5.6).

use wasmparser::FunctionSectionReader;

use crate::{Function, FunctionBody, Module, ModuleError, TypeIndex};

/// The bodies follow in the code section; that there is one for each function is part of the module's validity.
pub(super) fn read(section: FunctionSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for ty in section {
        let body = Some(FunctionBody { range: 0..0 });
        module.functions.push(Function { ty: TypeIndex(ty?), name: None, body });
    }
    Ok(())
}
