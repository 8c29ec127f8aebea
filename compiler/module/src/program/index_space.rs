//! The imported part of an instance's index spaces.

use super::{Binding, BoundFunction, ProgramFunction, ProgramGlobal, ProgramMemory, ProgramTable, ProgramTag};
use crate::{FunctionIndex, GlobalIndex, InstanceIndex, MemoryIndex, TableIndex, TagIndex};

/// What the imports of an instance are bound to, by kind. Imports come first in every index space, so that an index
/// below a list's length is an import, and any other is a definition of the instance's own.
#[derive(Clone, Debug, Default)]
pub(super) struct IndexSpaces {
    functions: Vec<BoundFunction>,
    tables: Vec<ProgramTable>,
    memories: Vec<ProgramMemory>,
    globals: Vec<ProgramGlobal>,
    tags: Vec<ProgramTag>,
}

impl IndexSpaces {
    /// The spaces of an instance whose imports are bound to `imports`.
    pub(super) fn of(imports: &[Binding]) -> IndexSpaces {
        let mut spaces = IndexSpaces::default();
        for import in imports {
            match *import {
                Binding::Function(function) => spaces.functions.push(function),
                Binding::Table(table) => spaces.tables.push(table),
                Binding::Memory(memory) => spaces.memories.push(memory),
                Binding::Global(global) => spaces.globals.push(global),
                Binding::Tag(tag) => spaces.tags.push(tag),
            }
        }
        spaces
    }
}

/// What an index means in `this`, the instance with these spaces.
impl IndexSpaces {
    pub(super) fn function(&self, this: InstanceIndex, function: FunctionIndex) -> BoundFunction {
        let own = BoundFunction::Wasm(ProgramFunction { instance: this, function });
        self.functions.get(function.index()).copied().unwrap_or(own)
    }

    pub(super) fn table(&self, this: InstanceIndex, table: TableIndex) -> ProgramTable {
        let own = ProgramTable { instance: this, table };
        self.tables.get(table.index()).copied().unwrap_or(own)
    }

    pub(super) fn memory(&self, this: InstanceIndex, memory: MemoryIndex) -> ProgramMemory {
        let own = ProgramMemory { instance: this, memory };
        self.memories.get(memory.index()).copied().unwrap_or(own)
    }

    pub(super) fn global(&self, this: InstanceIndex, global: GlobalIndex) -> ProgramGlobal {
        let own = ProgramGlobal { instance: this, global };
        self.globals.get(global.index()).copied().unwrap_or(own)
    }

    pub(super) fn tag(&self, this: InstanceIndex, tag: TagIndex) -> ProgramTag {
        let own = ProgramTag { instance: this, tag };
        self.tags.get(tag.index()).copied().unwrap_or(own)
    }
}
