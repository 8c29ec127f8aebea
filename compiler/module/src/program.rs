//! The program: instances of modules, with every import bound.
//!
//! The instances are those of one executable. Each binding leads to where the item is defined, never to another import.

mod builder;
mod entry;
mod evaluate;
mod index_space;
mod matching;
mod resolve;
mod types;
mod words;

use std::sync::Arc;

use wasmelt_abi::HostFunction;

use crate::{
    FunctionIndex, GlobalIndex, InstanceIndex, MemoryIndex, Module, ModuleIndex, TableIndex, TagIndex, TypeId,
};
use index_space::IndexSpaces;

pub use builder::ProgramBuilder;
pub use evaluate::ProgramConst;
pub(crate) use types::kind;
pub use types::{ProgramType, ProgramTypes, concrete};

/// A program. Immutable once built.
#[derive(Debug)]
pub struct Program {
    /// Modules, in the order in which they were given.
    pub modules: Vec<Arc<Module>>,
    /// The types of all modules.
    pub types: ProgramTypes,
    /// For each module, what its types are in the program.
    type_ids: Vec<Vec<TypeId>>,
    /// Instances, in order of instantiation.
    pub instances: Vec<Instance>,
    /// What has to run before the entry, in order; every step is observable if it traps.
    pub init: Vec<InitStep>,
    /// What the program is for.
    pub entry: Entry,
}

/// An instance of a module.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The module.
    pub module: ModuleIndex,
    /// What satisfies each import, in order of the module's imports.
    pub imports: Vec<Binding>,
    /// The same by index space, for look-ups.
    spaces: IndexSpaces,
    /// The initial value of each global of the module, imported ones included.
    globals: Vec<ProgramConst>,
}

/// What an import is bound to: the instance that defines the item, and its index there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Binding {
    /// A function of an instance or of the host.
    Function(BoundFunction),
    /// A table.
    Table(ProgramTable),
    /// A memory.
    Memory(ProgramMemory),
    /// A global.
    Global(ProgramGlobal),
    /// A tag.
    Tag(ProgramTag),
}

/// A function that an import can be bound to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BoundFunction {
    /// Defined by an instance.
    Wasm(ProgramFunction),
    /// Defined by the runtime.
    Host(&'static HostFunction),
}

/// A function defined by an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramFunction {
    /// The instance.
    pub instance: InstanceIndex,
    /// The function in the instance's module.
    pub function: FunctionIndex,
}

/// A table defined by an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramTable {
    /// The instance.
    pub instance: InstanceIndex,
    /// The table in the instance's module.
    pub table: TableIndex,
}

/// A memory defined by an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramMemory {
    /// The instance.
    pub instance: InstanceIndex,
    /// The memory in the instance's module.
    pub memory: MemoryIndex,
}

/// A global defined by an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramGlobal {
    /// The instance.
    pub instance: InstanceIndex,
    /// The global in the instance's module.
    pub global: GlobalIndex,
}

/// A tag defined by an instance: what tells its exceptions from those of any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramTag {
    /// The instance.
    pub instance: InstanceIndex,
    /// The tag in the instance's module.
    pub tag: TagIndex,
}

/// One step of instantiation (WebAssembly core specification, section 4.5.5 "Instantiation").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitStep {
    /// Makes the objects that the instance's globals, tables and element segments start with. All other initial values are
    /// constants of the program.
    Objects(InstanceIndex),
    /// Copies the instance's active element segments, in order.
    Elements(InstanceIndex),
    /// Copies the instance's active data segments, in order.
    Data(InstanceIndex),
    /// Calls the instance's start function.
    Start(InstanceIndex),
    /// Calls what initialises the instance, which is a reactor (WASI application ABI, "Reactors").
    Initialize(InstanceIndex, ProgramFunction),
}

/// What runs after initialisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A function without parameters and results; the program exits with status 0 when it returns.
    Function(ProgramFunction),
    /// A test script: instances are initialised and exports are called step by step, from outside the program. Every
    /// exported function and global of every instance can be reached, and each instance's initialisation is a step.
    Script,
}

/// The host functions that a program may import, by module and field name.
pub type Hosts = fn(&str, &str) -> Option<&'static HostFunction>;

#[cfg(test)]
mod tests;
