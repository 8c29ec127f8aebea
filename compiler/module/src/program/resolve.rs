//! Questions about a program: what an index means in an instance, and which items there are.

use std::collections::BTreeMap;

use wasmelt_abi::HostFunction;
use wasmparser::{FuncType, GlobalType, MemoryType, RefType, TableType};

use super::{
    Binding, BoundFunction, InitStep, Instance, Program, ProgramConst, ProgramFunction, ProgramGlobal, ProgramMemory,
    ProgramTable, ProgramTag, types::Scope,
};
use crate::{
    ConstExpr, ExternIndex, FunctionIndex, GlobalIndex, InstanceIndex, MemoryIndex, Module, TableIndex, TagIndex,
    TypeId, TypeIndex,
};

/// What an index of an instance's module means, imports followed to the definition.
impl Program {
    /// The module of `instance`.
    pub fn module(&self, instance: InstanceIndex) -> &Module {
        &self.modules[self.instance(instance).module.index()]
    }

    /// The function that `function` is in `instance`.
    pub fn function(&self, instance: InstanceIndex, function: FunctionIndex) -> BoundFunction {
        self.instance(instance).spaces.function(instance, function)
    }

    /// The table that `table` is in `instance`.
    pub fn table(&self, instance: InstanceIndex, table: TableIndex) -> ProgramTable {
        self.instance(instance).spaces.table(instance, table)
    }

    /// The memory that `memory` is in `instance`.
    pub fn memory(&self, instance: InstanceIndex, memory: MemoryIndex) -> ProgramMemory {
        self.instance(instance).spaces.memory(instance, memory)
    }

    /// The global that `global` is in `instance`.
    pub fn global(&self, instance: InstanceIndex, global: GlobalIndex) -> ProgramGlobal {
        self.instance(instance).spaces.global(instance, global)
    }

    /// The tag that `tag` is in `instance`.
    pub fn tag(&self, instance: InstanceIndex, tag: TagIndex) -> ProgramTag {
        self.instance(instance).spaces.tag(instance, tag)
    }

    /// The memory that host functions called by `instance` work on: the one it exports as `memory`, else its first.
    pub fn caller_memory(&self, instance: InstanceIndex) -> Option<ProgramMemory> {
        let module = self.module(instance);
        let memory = match module.export("memory") {
            Some(ExternIndex::Memory(memory)) => memory,
            _ if module.memories.is_empty() => return None,
            _ => MemoryIndex(0),
        };
        Some(self.memory(instance, memory))
    }

    /// Whether the program makes objects.
    pub fn has_heap(&self) -> bool {
        self.modules.iter().any(|module| module.facts.makes_objects)
            || self.init.iter().any(|step| matches!(step, InitStep::Objects(_)))
    }

    /// The value of `expression` in `instance`.
    pub fn evaluate(&self, instance: InstanceIndex, expression: &ConstExpr) -> ProgramConst {
        expression.evaluate(&self.instance(instance).globals, |function| self.function(instance, function))
    }

    fn scope(&self, instance: InstanceIndex) -> Scope<'_> {
        Scope { ids: &self.type_ids[self.instance(instance).module.index()] }
    }

    fn instance(&self, instance: InstanceIndex) -> &Instance {
        &self.instances[instance.index()]
    }
}

/// What an item is.
impl Program {
    /// What type `ty` of the module of `instance` is in the program.
    pub fn type_id(&self, instance: InstanceIndex, ty: TypeIndex) -> TypeId {
        self.scope(instance).id(ty)
    }

    /// What `ty`, as the module of `instance` writes it, is in the program.
    pub fn reference_type(&self, instance: InstanceIndex, ty: RefType) -> RefType {
        self.scope(instance).reference(ty)
    }

    /// The type of `function`.
    pub fn function_type_id(&self, function: ProgramFunction) -> TypeId {
        let ty = self.module(function.instance).functions[function.function.index()].ty;
        self.type_id(function.instance, ty)
    }

    /// The same, by its definition.
    pub fn function_type(&self, function: ProgramFunction) -> &FuncType {
        self.types.function(self.function_type_id(function))
    }

    /// The type of `table`.
    pub fn table_type(&self, table: ProgramTable) -> TableType {
        self.scope(table.instance).table(&self.module(table.instance).tables[table.table.index()].ty)
    }

    /// The type of `memory`.
    pub fn memory_type(&self, memory: ProgramMemory) -> &MemoryType {
        &self.module(memory.instance).memories[memory.memory.index()].ty
    }

    /// The type of `global`.
    pub fn global_type(&self, global: ProgramGlobal) -> GlobalType {
        self.scope(global.instance).global(&self.module(global.instance).globals[global.global.index()].ty)
    }

    /// The type of `tag`.
    pub fn tag_type_id(&self, tag: ProgramTag) -> TypeId {
        self.type_id(tag.instance, self.module(tag.instance).tags[tag.tag.index()].ty)
    }

    /// The same, by its definition.
    pub fn tag_type(&self, tag: ProgramTag) -> &FuncType {
        self.types.function(self.tag_type_id(tag))
    }

    /// The value that `global` has at first; that of an immutable one never changes.
    pub fn initial_value(&self, global: ProgramGlobal) -> ProgramConst {
        self.instance(global.instance).globals[global.global.index()]
    }
}

/// Which items there are: those that an instance defines, instance by instance, in order of their indices.
impl Program {
    /// The index of each instance.
    pub fn instance_indices(&self) -> impl Iterator<Item = InstanceIndex> + use<> {
        (0..self.instances.len()).map(InstanceIndex::at)
    }

    /// Functions.
    pub fn functions(&self) -> impl Iterator<Item = ProgramFunction> + '_ {
        self.instance_indices().flat_map(|instance| {
            let functions = &self.module(instance).functions;
            let defined = functions.iter().enumerate().filter(|(_, function)| function.body.is_some());
            defined.map(move |(at, _)| ProgramFunction { instance, function: FunctionIndex::at(at) })
        })
    }

    /// Tables.
    pub fn tables(&self) -> impl Iterator<Item = ProgramTable> + '_ {
        self.instance_indices().flat_map(|instance| {
            let tables = self.module(instance).tables.iter().enumerate().filter(|(_, table)| !table.imported);
            tables.map(move |(at, _)| ProgramTable { instance, table: TableIndex::at(at) })
        })
    }

    /// Memories.
    pub fn memories(&self) -> impl Iterator<Item = ProgramMemory> + '_ {
        self.instance_indices().flat_map(|instance| {
            let memories = self.module(instance).memories.iter().enumerate().filter(|(_, memory)| !memory.imported);
            memories.map(move |(at, _)| ProgramMemory { instance, memory: MemoryIndex::at(at) })
        })
    }

    /// Globals.
    pub fn globals(&self) -> impl Iterator<Item = ProgramGlobal> + '_ {
        self.instance_indices().flat_map(|instance| {
            let globals = self.module(instance).globals.iter().enumerate().filter(|(_, global)| global.init.is_some());
            globals.map(move |(at, _)| ProgramGlobal { instance, global: GlobalIndex::at(at) })
        })
    }

    /// Tags.
    pub fn tags(&self) -> impl Iterator<Item = ProgramTag> + '_ {
        self.instance_indices().flat_map(|instance| {
            let tags = self.module(instance).tags.iter().enumerate().filter(|(_, tag)| !tag.imported);
            tags.map(move |(at, _)| ProgramTag { instance, tag: TagIndex::at(at) })
        })
    }

    /// The host functions that some import is bound to, each once, in order of their names.
    pub fn host_functions(&self) -> impl Iterator<Item = &'static HostFunction> + use<> {
        let imports = self.instances.iter().flat_map(|instance| &instance.imports);
        let used = imports.filter_map(|import| match import {
            Binding::Function(BoundFunction::Host(host)) => Some(((host.module, host.name), *host)),
            _ => None,
        });
        used.collect::<BTreeMap<_, _>>().into_values()
    }
}
