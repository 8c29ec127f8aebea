//! Table section (WebAssembly core specification, section 5.5.7).

use wasmparser::{TableInit, TableSectionReader};

use super::constants;
use crate::{Module, ModuleError, Table};

pub(super) fn read(section: TableSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for table in section {
        let table = table?;
        let init = match &table.init {
            TableInit::RefNull => None,
            TableInit::Expr(expression) => Some(constants::read(expression)?),
        };
        module.tables.push(Table { ty: table.ty, init, imported: false });
    }
    Ok(())
}
