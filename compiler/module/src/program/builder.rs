//! Builds a [`Program`] instance by instance (WebAssembly core specification, section 4.5.4 "Instantiation" of version
//! 2.0), as far as it can be done before the program runs.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Binding, BoundFunction, Entry, Hosts, IndexSpaces, InitStep, Instance, Program, ProgramConst, ProgramTypes,
    matching, types::Scope, words,
};
use crate::{
    ConstExpr, ExternIndex, GlobalIndex, Import, ImportLocation, InstanceIndex, Module, ModuleIndex, ProgramError,
    SegmentMode, TypeId, names,
};

/// Builds a [`Program`] instance by instance.
#[derive(Debug)]
pub struct ProgramBuilder {
    /// The program so far; what its entry is, is decided last.
    pub(super) program: Program,
    /// Instances that later imports can name.
    registered: BTreeMap<String, InstanceIndex>,
}

impl Default for ProgramBuilder {
    fn default() -> ProgramBuilder {
        ProgramBuilder::new()
    }
}

impl ProgramBuilder {
    /// A program without instances.
    pub fn new() -> ProgramBuilder {
        let program = Program {
            modules: Vec::new(),
            types: ProgramTypes::default(),
            type_ids: Vec::new(),
            instances: Vec::new(),
            init: Vec::new(),
            entry: Entry::Script,
        };
        ProgramBuilder { program, registered: BTreeMap::new() }
    }

    /// Adds an instance of `module`. Each import is satisfied by the export of the instance registered under its module
    /// name, or else by the host function that `hosts` has for it.
    ///
    /// # Errors
    ///
    /// All imports that nothing satisfies, or only something of another type. The builder is as before then.
    pub fn instantiate(&mut self, module: Arc<Module>, hosts: Hosts) -> Result<InstanceIndex, Vec<ProgramError>> {
        let Some(type_ids) = self.program.types.of_module(&module) else {
            return Err(vec![ProgramError::TooManyTypes { module: module.name.clone() }]);
        };
        let (mut imports, mut errors) = (Vec::with_capacity(module.imports.len()), Vec::new());
        for import in &module.imports {
            match self.bind(&module, Scope { ids: &type_ids }, import, hosts) {
                Ok(binding) => imports.push(binding),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }

        let this = InstanceIndex::at(self.program.instances.len());
        let spaces = IndexSpaces::of(&imports);
        let globals = self.global_values(this, &spaces, &module);
        self.program.init.extend(init_steps(this, &module, &globals));
        let module = self.module_index(module, type_ids);
        self.program.instances.push(Instance { module, imports, spaces, globals });
        Ok(this)
    }

    /// Lets the imports of later instances name `instance` as `name`; whatever had that name loses it.
    pub fn register(&mut self, name: impl Into<String>, instance: InstanceIndex) {
        self.registered.insert(name.into(), instance);
    }

    /// The program.
    pub fn finish(self, entry: Entry) -> Program {
        Program { entry, ..self.program }
    }

    /// What satisfies `import`, an import of `module`.
    fn bind(&self, module: &Module, scope: Scope<'_>, import: &Import, hosts: Hosts) -> Result<Binding, ProgramError> {
        let expected = || words::import(module, &import.ty);
        match self.provided(import, hosts) {
            Some(provided) if matching::binding(&self.program, &provided, scope, &import.ty) => Ok(provided),
            Some(provided) => Err(ProgramError::ImportType {
                import: location(module, import),
                expected: expected(),
                actual: words::binding(&self.program, &provided),
            }),
            None => Err(ProgramError::MissingImport {
                import: location(module, import),
                expected: expected(),
                help: self.help(import),
            }),
        }
    }

    /// What there is under the names of `import`, of whatever type.
    fn provided(&self, import: &Import, hosts: Hosts) -> Option<Binding> {
        let exported = self.registered.get(&import.module).and_then(|&instance| self.exported(instance, &import.name));
        let host = || hosts(&import.module, &import.name).map(|host| Binding::Function(BoundFunction::Host(host)));
        exported.or_else(host)
    }

    fn exported(&self, instance: InstanceIndex, name: &str) -> Option<Binding> {
        let program = &self.program;
        Some(match program.module(instance).export(name)? {
            ExternIndex::Function(function) => Binding::Function(program.function(instance, function)),
            ExternIndex::Table(table) => Binding::Table(program.table(instance, table)),
            ExternIndex::Memory(memory) => Binding::Memory(program.memory(instance, memory)),
            ExternIndex::Global(global) => Binding::Global(program.global(instance, global)),
            ExternIndex::Tag(tag) => Binding::Tag(program.tag(instance, tag)),
        })
    }

    /// What may help someone whose `import` is not satisfied.
    fn help(&self, import: &Import) -> Option<String> {
        let module = names::printable(&import.module);
        if self.registered.contains_key(&import.module) {
            return Some(format!("the module given as `{module}` has no such export"));
        }
        match import.module.as_str() {
            "wasi_snapshot_preview1" => Some(String::from("WASI preview 1 has no such function")),
            "wasi_unstable" => Some(String::from(
                "`wasi_unstable` is what preceded WASI preview 1 (`wasi_snapshot_preview1`); compile the source with a newer toolchain",
            )),
            "env" => Some(String::from(
                "`env` is where a linker puts the functions that it did not find: a library may be missing from the link",
            )),
            _ => None,
        }
    }

    /// The initial values of an instance's globals, in order of their indices: a global's initialiser can only read those
    /// with lower indices. However long a chain of globals is, no value is computed twice and nothing recurses.
    fn global_values(&self, this: InstanceIndex, spaces: &IndexSpaces, module: &Module) -> Vec<ProgramConst> {
        let mut values = Vec::with_capacity(module.globals.len());
        for (at, global) in module.globals.iter().enumerate() {
            let value = match &global.init {
                Some(init) => init.evaluate(&values, |function| spaces.function(this, function)),
                None => self.program.initial_value(spaces.global(this, GlobalIndex::at(at))),
            };
            values.push(value);
        }
        values
    }

    /// The index of `module`, which is added unless it is there, with what its types are in the program.
    fn module_index(&mut self, module: Arc<Module>, type_ids: Vec<TypeId>) -> ModuleIndex {
        let Program { modules, type_ids: known_ids, .. } = &mut self.program;
        let at = modules.iter().position(|known| Arc::ptr_eq(known, &module)).unwrap_or_else(|| {
            modules.push(module);
            known_ids.push(type_ids);
            modules.len() - 1
        });
        ModuleIndex::at(at)
    }
}

/// What has to run before the exports of `instance` can be used, in the specification's order.
fn init_steps(instance: InstanceIndex, module: &Module, globals: &[ProgramConst]) -> impl Iterator<Item = InitStep> {
    let dynamic = |expression: &ConstExpr| expression.is_dynamic(globals);
    let objects = module.globals.iter().filter_map(|global| global.init.as_ref()).any(dynamic)
        || module.tables.iter().filter_map(|table| table.init.as_ref()).any(dynamic)
        || module.elements.iter().any(|segment| segment.items.expressions().iter().any(dynamic));
    let elements = module.elements.iter().any(|segment| matches!(segment.mode, SegmentMode::Active { .. }));
    let data = module.data.iter().any(|segment| matches!(segment.mode, SegmentMode::Active { .. }));
    let steps = [
        objects.then_some(InitStep::Objects(instance)),
        elements.then_some(InitStep::Elements(instance)),
        data.then_some(InitStep::Data(instance)),
        module.start.map(|_| InitStep::Start(instance)),
    ];
    steps.into_iter().flatten()
}

fn location(module: &Module, import: &Import) -> Box<ImportLocation> {
    Box::new(ImportLocation {
        importer: module.name.clone(),
        module: import.module.clone(),
        name: import.name.clone(),
        offset: import.offset,
    })
}
