//! Global section (WebAssembly core specification, section 5.5.9).

use wasmparser::GlobalSectionReader;

use super::constants;
use crate::{Global, Module, ModuleError};

pub(super) fn read(section: GlobalSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for global in section {
        let global = global?;
        module.globals.push(Global { ty: global.ty, init: Some(constants::read(&global.init_expr)?) });
    }
    Ok(())
}
