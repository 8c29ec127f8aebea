//! What function bodies do, as far as it shapes the program around them.

use std::collections::BTreeSet;

use crate::{FunctionIndex, TableIndex};

/// Collected over all function bodies of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Functions of which `ref.func` takes a reference.
    pub referenced_functions: BTreeSet<FunctionIndex>,
    /// Tables that some instruction writes: `table.set`, `table.fill`, `table.copy` to it, `table.init`, `table.grow`.
    pub written_tables: BTreeSet<TableIndex>,
    /// Tables that `table.grow` names.
    pub grown_tables: BTreeSet<TableIndex>,
    /// Whether some instruction makes a structure, an array or an exception.
    pub makes_objects: bool,
}
