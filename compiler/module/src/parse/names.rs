//! Name section (WebAssembly core specification, appendix A.5 "Custom Sections").
//!
//! Custom sections cannot make a module invalid: what is malformed ends the reading of its subsection, and what came
//! before it counts.

use wasmparser::{CustomSectionReader, KnownCustom, Name, NameMap};

use crate::{ExternIndex, FunctionIndex, ImportType, Module};

/// What the name section says. A later section wins over an earlier one.
#[derive(Default)]
pub(super) struct NameSection<'a> {
    module: Option<&'a str>,
    functions: Vec<(FunctionIndex, &'a str)>,
}

impl<'a> NameSection<'a> {
    /// Reads `section`, if it is a name section.
    pub(super) fn read(&mut self, section: &CustomSectionReader<'a>) {
        let KnownCustom::Name(subsections) = section.as_known() else { return };
        for subsection in subsections.map_while(Result::ok) {
            match subsection {
                Name::Module { name, .. } => self.module = Some(name),
                Name::Function(names) => self.read_functions(names),
                _ => {}
            }
        }
    }

    /// Gives the module and its functions their names.
    pub(super) fn apply(self, module: &mut Module) {
        if let Some(name) = self.module.filter(|name| !name.is_empty()) {
            module.name = name.to_owned();
        }
        for (function, name) in self.functions {
            if let Some(function) = module.functions.get_mut(function.index()) {
                function.name = Some(name.to_owned());
            }
        }
        name_the_nameless(module);
    }

    fn read_functions(&mut self, names: NameMap<'a>) {
        let names = names.map_while(Result::ok);
        self.functions.extend(names.map(|naming| (FunctionIndex(naming.index), naming.name)));
    }
}

/// Fills in the spare names: of several exports the first counts, and an export before the import.
fn name_the_nameless(module: &mut Module) {
    let functions = &module.functions;
    let nameless =
        |function: &FunctionIndex| functions.get(function.index()).is_some_and(|function| function.name.is_none());
    let exports = module.exports.iter().filter_map(|export| match export.item {
        ExternIndex::Function(function) => Some((function, &export.name)),
        _ => None,
    });
    let imports = module.imports.iter().filter(|import| matches!(import.ty, ImportType::Function(_)));
    let imports = imports.enumerate().map(|(at, import)| (FunctionIndex::at(at), &import.name));
    for (function, name) in exports.chain(imports).filter(|(function, _)| nameless(function)) {
        module.spare_names.entry(function).or_insert_with(|| name.clone());
    }
}
